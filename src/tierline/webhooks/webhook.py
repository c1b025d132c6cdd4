"""A webhook: an address of another program, and the facts that it asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.facts import Fact
from tierline.kernel.ids import WebhookId
from tierline.webhooks.formats import WebhookFormat

URL_LIMIT_CHARACTERS = 2_000
NOTE_LIMIT_CHARACTERS = 500
KIND_LIMIT = 100
_KIND = re.compile(r"[A-Z][A-Za-z]{1,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`kinds` are kinds of facts (`ContractSigned`), all of them where it is empty; `account`
    narrows it to the facts of one account. `delivered_at` is the last success."""

    id: WebhookId
    url: str
    kinds: tuple[str, ...]
    account: str | None
    note: str
    made_at: datetime
    format: WebhookFormat = WebhookFormat.standard
    delivered_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_because: str = ""

    @property
    def host(self) -> str:
        """The name in its address: what the journal may say of it, where the rest may be secret."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a webhook's messages are signed with, encrypted; the old one is good until then."""

    secret: str
    old: str | None = None
    old_until: datetime | None = None


def wants(webhook: Webhook, fact: Fact) -> bool:
    """Whether a fact is told to it: of a kind and an account that it asked for, and recorded since
    it is there."""
    if webhook.disabled_at is not None or fact.recorded_at < webhook.made_at:
        return False
    if webhook.kinds and fact.kind not in webhook.kinds:
        return False
    return webhook.account is None or webhook.account in (fact.subject, fact.body.get("account"))


def check(
    url: str,
    kinds: Sequence[str],
    note: str,
    *,
    allows_plain: bool,
    format_: WebhookFormat = WebhookFormat.standard,
) -> None:
    """Raise Invalid with every fault. `allows_plain`: `http:` too, for addresses of one's own."""
    faults = [*_faults_of_url(url, allows_plain=allows_plain)]
    if format_ is not WebhookFormat.standard and not kinds:
        said = "People are not told of every fact."
        faults.append(Fault("no_kinds", said, "kinds", "Name some, such as MilestoneBreached."))
    if len(kinds) > KIND_LIMIT:
        faults.append(Fault("too_many", f"At most {KIND_LIMIT} kinds.", "kinds"))
    for number, kind in enumerate(kinds[:KIND_LIMIT]):
        if not _KIND.fullmatch(kind):
            faults.append(
                Fault(
                    "bad_kind",
                    f"'{kind[:80]}' is no kind of fact.",
                    f"kinds[{number}]",
                    "Write it as ContractSigned.",
                )
            )
    if len(note) > NOTE_LIMIT_CHARACTERS:
        faults.append(Fault("too_long", f"At most {NOTE_LIMIT_CHARACTERS} characters.", "note"))
    if faults:
        raise Invalid("The webhook cannot be kept as it stands.", faults)


def _faults_of_url(url: str, *, allows_plain: bool) -> list[Fault]:
    schemes = ("https", "http") if allows_plain else ("https",)
    try:
        parts = urlsplit(url)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return [Fault("bad_url", "This is no address.", "url", "Write https://host/path.")]
    if len(url) > URL_LIMIT_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        said = f"An address has no blanks, and at most {URL_LIMIT_CHARACTERS} plain characters."
        return [Fault("bad_url", said, "url", "Write other letters as %C3%A9 or xn--.")]
    if parts.scheme not in schemes or not parts.hostname or not port_is_sound:
        return [Fault("bad_url", "The address must begin with https:// and a host.", "url")]
    if parts.username is not None or parts.password is not None or parts.fragment:
        said = "An address has no user, password or #part."
        return [Fault("bad_url", said, "url", "The signature says who sends it.")]
    return []
