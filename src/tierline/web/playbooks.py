"""The page of all playbooks, and the forms that work a case by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import playbooks as actions
from tierline.web.article_links import article_links
from tierline.web.case_forms import done_with, needed
from tierline.web.forms import sent_with, typed_in
from tierline.web.offered import tiers_offered
from tierline.web.shell import shown_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup
    from starlette.responses import Response

    from tierline.cases.playbook import Guide
    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/playbooks"
_ANCHOR = "playbook"


@shown_to(Permission.work_cases)
def playbooks_page(visit: Visit) -> Response:
    """All playbooks with their steps, and all scripts."""

    def work(reads: Reads) -> tuple[tuple[int, Guide], dict[str, str], Callable[[str], Markup]]:
        number, guide = reads.guides.newest()
        said = [step.do for playbook in guide.playbooks for step in playbook.steps]
        return (number, guide), tiers_offered(reads), article_links(reads, said)

    (number, guide), tiers, linked = visit.application.read(work)

    def named(keys: Sequence[str]) -> list[str]:
        return [tiers.get(key, key) for key in keys]

    return visit.page(
        "pages/playbooks.html",
        number=number,
        playbooks=[
            (each, _scope(guide, each.topics, (*each.severities, *named(each.tiers))))
            for each in guide.playbooks
        ],
        scripts=[(each, _scope(guide, each.topics, named(each.tiers))) for each in guide.scripts],
        tiers=tiers,
        linked=linked,
        shows_use=visit.caller.may(Permission.manage_desk),
    )


def _scope(guide: Guide, topics: Sequence[str], others: Sequence[str]) -> str:
    """For what a row is, in words."""
    of_topics = ", ".join(guide.topics[key].name for key in topics)
    return " · ".join(filter(None, (of_topics, ", ".join(others)))) or "Everything else"


@sent_with(Permission.work_cases)
def set_topic(visit: Visit, form: Form) -> Response:
    """What a case is about."""
    topic = form.get("topic", "")[:200]
    return done_with(
        visit,
        lambda records, case, at: actions.set_topic(records, case, topic, at),
        about="topic",
        anchor=_ANCHOR,
    )


@sent_with(Permission.work_cases)
def tick(visit: Visit, form: Form) -> Response:
    """A step is done, or is not."""
    step, is_done = visit.path_word("step"), form.get("undo") is None
    return done_with(
        visit,
        lambda records, case, at: actions.tick_step(records, case, step, at, is_done=is_done),
        anchor=_ANCHOR,
    )


@sent_with(Permission.work_cases)
def help_beyond(visit: Visit, form: Form) -> Response:
    """Somebody is helped beyond their plan, with a reason."""
    return done_with(
        visit,
        lambda records, case, at: actions.help_beyond(records, case, needed(form, "beyond"), at),
        typed_in(form, "beyond"),
        about="beyond",
        anchor="included",
    )


ROUTES = [
    Route(PATH, playbooks_page, methods=["GET"]),
    Route("/cases/{case}/topic", set_topic, methods=["POST"]),
    Route("/cases/{case}/playbook-steps/{step}", tick, methods=["POST"]),
    Route("/cases/{case}/exceptions", help_beyond, methods=["POST"]),
]
