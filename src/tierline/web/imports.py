"""Imports: a file is sent, looked at, and imported once somebody has read what would become of
it; and the list of what was imported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from tierline import bootstrap
from tierline.access.permission import Permission
from tierline.actions.account_rows import RowKind
from tierline.actions.case_import_report import WORDS
from tierline.actions.imports import (
    SOURCE_FORM,
    ImportKind,
    ImportState,
    KeptImport,
    discard_import,
    start_import,
)
from tierline.bootstrap.case_imports import desk_mapping_text, desks, packed_with
from tierline.bootstrap.imports import keep_file, sent_file
from tierline.kernel.errors import Fault, Invalid, LimitReached, TierlineError
from tierline.kernel.media_types import WORKBOOK
from tierline.queries.actors import users_named
from tierline.queries.imports import list_imports
from tierline.web.badges import Badge
from tierline.web.forms import download, sent_with, told, typed_in
from tierline.web.shell import shown_to
from tierline.web.uploads import uploaded_with
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.queries.actors import NamedUser
    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.uploads import Files
    from tierline.web.visits import Form

PATH = "/imports"
LIMIT_BYTES = 64 * 1024**2
_ACCOUNTS = "accounts"
_NAMES = {
    "freshdesk": "Freshdesk",
    "intercom": "Intercom",
    "jira": "Jira Service Management",
    "salesforce": "Salesforce",
    "servicenow": "ServiceNow",
    "zendesk": "Zendesk",
}
_BADGES = {
    ImportState.checked: Badge("warn", "!", "Waits for you"),
    ImportState.empty: Badge("paused", "–", "Nothing to import"),
    ImportState.running: Badge("info", "●", "Being imported"),
    ImportState.imported: Badge("ok", "✓", "Imported"),
    ImportState.failed: Badge("breach", "×", "Failed"),
    ImportState.discarded: Badge("paused", "–", "Taken back"),
}
_FIELDS = ("file", "source", "whose")
_SHOWN = 200


@shown_to(Permission.import_records)
def imports_page(visit: Visit) -> Response:
    """The form, and every import, the newest first."""
    return _page(visit)


@uploaded_with(Permission.import_records, LIMIT_BYTES)
def keep(visit: Visit, form: Form, files: Files) -> Response:
    """A file is looked at and kept."""
    typed = typed_in(form, "whose", "source")
    try:
        kept = _kept(visit, typed, files)
    except (Invalid, LimitReached) as error:
        return _page(visit, typed, _at_the_form(error))
    return go(f"{PATH}/{kept.id}")


@shown_to(Permission.import_records)
def import_page(visit: Visit) -> Response:
    """One import: what would become of the file, or has."""

    def work(reads: Reads) -> tuple[KeptImport, Mapping[str, Any] | None, dict[str, NamedUser]]:
        kept = reads.imports.get(visit.path_word("import"))
        users = users_named(reads.snapshot, {kept.sent_by})
        return kept, reads.imports.details(kept.id), users

    kept, details, users = visit.application.read(work)
    return visit.page(
        "pages/import.html",
        kept=kept,
        path=f"{PATH}/{kept.id}",
        badge=_BADGES[kept.state],
        desk=_desk_name(kept),
        numbers=_numbers(kept),
        by=actor_in_words(visit, kept.sent_by, users),
        report=details,
        differences=_differences(details),
        fields=_fields(details),
        most=_SHOWN,
    )


@sent_with(Permission.import_records)
def start(visit: Visit, _: Form) -> Response:
    """Have it imported."""
    import_ = visit.path_word("import")
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: start_import(records, import_, occasion))
    return go(f"{PATH}/{import_}")


@sent_with(Permission.import_records)
def discard(visit: Visit, _: Form) -> Response:
    """Take the file back."""
    import_ = visit.path_word("import")
    visit.application.change(lambda records: discard_import(records, import_))
    return go(PATH)


@shown_to(Permission.import_records)
def mapping(visit: Visit) -> Response:
    """The mapping of a desk as it ships, to begin one's own from."""
    desk = visit.path_word("desk")
    text = desk_mapping_text(desk)
    return download(f"{desk}.yaml", text.encode(), "application/yaml; charset=utf-8")


@shown_to(Permission.import_records)
def template(visit: Visit) -> Response:
    """A file of accounts to fill in: a workbook, or CSV of one kind of row."""
    kind = visit.asked("kind", 20)
    if kind and kind not in {each.value for each in RowKind}:
        raise Invalid(f"There are no rows of the kind '{kind}'.")
    if kind:
        return download(f"{kind}.csv", bootstrap.account_template(kind), "text/csv; charset=utf-8")
    return download("accounts.xlsx", bootstrap.account_template(None), WORKBOOK)


def _kept(visit: Visit, typed: dict[str, str], files: Files) -> KeptImport:
    sent, own = files.get("file"), files.get("mapping")
    if sent is None or not sent.content:
        raise Invalid("No file was sent.", [Fault("no_file", "Choose a file.", "file")])
    whose, content, name = typed["whose"], sent.content, sent.name
    if whose == _ACCOUNTS:
        file = sent_file(ImportKind.accounts, name, content)
        return keep_file(visit.application, file, visit.caller.id)
    if own is not None and own.content:
        content = packed_with(name, content, own.content)
    file = sent_file(ImportKind.cases, name, content, desk=whose, source=_source(typed))
    return keep_file(visit.application, file, visit.caller.id)


def _at_the_form(error: TierlineError) -> tuple[Fault, ...]:
    """What is wrong with a file as a whole, at its field, with its place in the file."""
    return tuple(
        each
        if each.path in _FIELDS
        else Fault(
            each.code,
            ": ".join(filter(None, (each.place(), each.message))),
            "file",
            each.write_instead,
        )
        for each in told(error, "file")
    )


def _source(typed: dict[str, str]) -> str:
    source = typed["source"].lower()
    if source and not re.fullmatch(SOURCE_FORM, source):
        said = "It has at most 40 letters, digits, hyphens and underscores."
        raise Invalid(said, [Fault("bad_source", said, "source", "Write such as emea.")])
    return source


def _page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    after = visit.asked("after", 2_000) or None

    def work(reads: Reads) -> tuple[Any, dict[str, NamedUser]]:
        page = list_imports(reads.snapshot, after=after)
        return page, users_named(reads.snapshot, {each.sent_by for each in page.items})

    page, users = visit.application.read(work)
    return visit.page(
        "pages/imports.html",
        status=422 if faults else 200,
        rows=[
            {
                "kept": each,
                "badge": _BADGES[each.state],
                "desk": _desk_name(each),
                "numbers": _numbers(each),
                "by": actor_in_words(visit, each.sent_by, users),
            }
            for each in page.items
        ],
        next=page.next,
        is_first=after is None,
        typed=typed or {},
        faults=faults,
        whose=[
            *((key, f"Cases of {_NAMES[key]}") for key in desks()),
            (_ACCOUNTS, "Accounts, contacts and contracts"),
        ],
        desks=[(key, _NAMES[key]) for key in desks()],
        most=LIMIT_BYTES // 1024**2,
    )


def _numbers(kept: KeptImport) -> dict[str, int]:
    """What became of cases or rows, by number."""
    if kept.kind is ImportKind.cases:
        return dict(kept.counts["cases"])
    rows = kept.counts["rows"].values()
    found = {word: sum(each[word] for each in rows) for word in ("added", "changed", "unchanged")}
    return found | {"rejected": kept.total if kept.counts.get("faults") else 0}


def _desk_name(kept: KeptImport) -> str:
    if kept.kind is ImportKind.accounts:
        return "Accounts, contacts and contracts"
    return f"Cases of {_NAMES.get(kept.desk, kept.desk)}"


def _differences(details: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Verdicts that differ, each with the reason in words."""
    if details is None or "comparison" not in details:
        return []
    return [
        {
            **each,
            "why": " and ".join(WORDS[reason] for reason in each["reasons"]),
            "others": [WORDS[other] for other in each["others"]],
        }
        for each in details["comparison"]["differences"][:_SHOWN]
    ]


def _fields(details: Mapping[str, Any] | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """What becomes of each field, by list of records."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in (details or {}).get("fields", ()):
        found.setdefault(each["list"], []).append(each)
    return list(found.items())


ROUTES = [
    Route(PATH, imports_page, methods=["GET"]),
    Route(PATH, keep, methods=["POST"]),
    Route(f"{PATH}/mappings/{{desk}}.yaml", mapping, methods=["GET"]),
    Route(f"{PATH}/template", template, methods=["GET"]),
    Route(f"{PATH}/{{import}}", import_page, methods=["GET"]),
    Route(f"{PATH}/{{import}}/start", start, methods=["POST"]),
    Route(f"{PATH}/{{import}}/removal", discard, methods=["POST"]),
]
