"""What is sent to programs that have a form of their own: chat channels, and pagers.

Nothing that somebody wrote goes out: a notice says what happened to which case, and where to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

from tierline.kernel.digest import canonical_json
from tierline.kernel.facts import Fact
from tierline.kernel.instants import format_instant

_ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
_SUMMARY_CHARACTERS = 1_024
"""What the pager's API takes."""


class WebhookFormat(StrEnum):
    """How a webhook is told."""

    standard = auto()
    """The fact as JSON, signed (Standard Webhooks)."""
    slack = auto()
    """A message for an incoming webhook of Slack."""
    teams = auto()
    """An adaptive card for a webhook of Microsoft Teams."""
    pager = auto()
    """An event for an Events API of version 2, as PagerDuty and others have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a person needs to know of a fact. `address` is where they look further, empty where this
    installation has no address; `details` are names with values."""

    fact: Fact
    title: str
    details: Mapping[str, str]
    about: str
    """By which a pager knows that two events are of one matter."""
    address: str = ""


_TITLES = {
    "CaseOpened": "was raised",
    "CaseAcknowledged": "was acknowledged",
    "CaseAnswered": "was answered",
    "CaseMessageReceived": "has a message of the customer's",
    "CaseTriaged": "has its severity agreed",
    "CasePaused": "waits",
    "CaseResumed": "goes on",
    "CaseRestored": "works again",
    "CaseResolved": "was resolved",
    "CaseReopened": "was opened again",
    "CaseClosed": "was closed",
    "CaseIdentificationOverdue": "is of somebody whom nobody knows yet",
    "CaseOutOfPlan": "came by a channel that its plan does not include",
}
_MILESTONES = {"acknowledge": "acknowledgement", "restore": "restoration"}
_RESOLVES = frozenset({"CaseResolved", "CaseClosed", "IncidentResolved"})
_ACKNOWLEDGES = frozenset({"CaseAcknowledged"})
_SEVERITIES = {
    "MilestoneBreached": "error",
    "CaseIdentificationOverdue": "warning",
    "MilestoneWarned": "warning",
    "IncidentDeclared": "critical",
}


def notice_of(fact: Fact, names: Mapping[str, str], address: str = "") -> Notice:
    """A notice of a fact. `names` are what people call its parts: `case` (a number), `account`,
    `severity`, `tier`; those that are not known are left out."""
    body = fact.body
    case = f"Case {names['case']}" if "case" in names else str(body.get("case", ""))
    kind = str(body.get("milestone", ""))
    milestone = _MILESTONES.get(kind, kind.replace("_", " "))
    if fact.kind == "MilestoneBreached":
        title = f"{case}: the {milestone} was missed"
    elif fact.kind == "MilestoneWarned":
        title = f"{case}: {body.get('what')} % of the time for the {milestone} is used"
    elif fact.kind == "MilestoneCorrected":
        title = f"{case}: what was told of the {milestone} is not so"
    elif fact.kind == "CoverLacking":
        title = f"{names.get('account') or body.get('role')}: {body.get('words')}"
    elif fact.kind in _TITLES:
        title = f"{case} {_TITLES[fact.kind]}"
    else:
        title = f"{_words(fact.kind)} ({body.get('case') or fact.subject})"
    told = {
        name.capitalize(): names[name] for name in ("account", "severity", "tier") if name in names
    }
    return Notice(
        fact=fact,
        title=title,
        details={**told, "At": format_instant(fact.at)},
        about=str(body.get("case") or body.get("incident") or fact.subject),
        address=address,
    )


def content_in(format_: WebhookFormat, notice: Notice, routing_key: str = "") -> bytes:
    """The body of a message to people, as things stand when it is sent."""
    if format_ is WebhookFormat.slack:
        return canonical_json(_slack(notice))
    if format_ is WebhookFormat.teams:
        return canonical_json(_teams(notice))
    return canonical_json(_pager(notice, routing_key))


def trial_in(format_: WebhookFormat, notice: Notice, routing_key: str = "") -> bytes:
    """The body of a message that says nothing but that messages arrive; a pager is told that a
    matter is over which never was."""
    if format_ is WebhookFormat.pager:
        return canonical_json(
            {"routing_key": routing_key, "event_action": "resolve", "dedup_key": notice.about}
        )
    return content_in(format_, notice)


def plain_headers(message: str) -> dict[str, str]:
    """The headers of a message that nothing signs: its address, or its routing key, is secret."""
    return {"content-type": "application/json", "webhook-id": message}


def _slack(notice: Notice) -> dict[str, Any]:
    title = _for_slack(notice.title)
    linked = f"<{notice.address}|{title}>" if notice.address else title
    fields = [
        {"type": "mrkdwn", "text": f"*{_for_slack(name)}*\n{_for_slack(value)}"}
        for name, value in notice.details.items()
    ]
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"*{linked}*"}}
    return {"text": title, "blocks": [{**section, "fields": fields}]}


def _for_slack(text: str) -> str:
    """Slack reads these three letters as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(notice: Notice) -> dict[str, Any]:
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock",
                "text": _for_teams(notice.title),
                "weight": "bolder",
                "wrap": True,
            },
            {
                "type": "FactSet",
                "facts": [
                    {"title": name, "value": _for_teams(value)}
                    for name, value in notice.details.items()
                ],
            },
        ],
    }
    if notice.address:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": notice.address}]
    attachment = {"contentType": _ADAPTIVE_CARD, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _for_teams(text: str) -> str:
    """A card reads some Markdown: what would be a link or bold is plain."""
    return "".join(f"\\{letter}" if letter in "\\[]*_`" else letter for letter in text)


def _pager(notice: Notice, routing_key: str) -> dict[str, Any]:
    kind = notice.fact.kind
    event: dict[str, Any] = {"routing_key": routing_key, "dedup_key": notice.about}
    if kind in _RESOLVES or kind in _ACKNOWLEDGES:
        return {**event, "event_action": "resolve" if kind in _RESOLVES else "acknowledge"}
    payload = {
        "summary": notice.title[:_SUMMARY_CHARACTERS],
        "source": "tierline",
        "severity": _SEVERITIES.get(kind, "info"),
        "timestamp": format_instant(notice.fact.at),
        "component": notice.about,
        "class": kind,
        "custom_details": dict(notice.details) | {"fact": notice.fact.id},
    }
    links = [{"href": notice.address, "text": "Open"}] if notice.address else []
    return {**event, "event_action": "trigger", "payload": payload, "links": links}


def _words(kind: str) -> str:
    """`CatalogPublished` as `Catalog published`."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind)
    return spaced.strip().capitalize()
