"""Halyard's incidents of the year: what was down, since when, what was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tierline.status.component import Condition
from tierline.status.incident import Phase

BOXES, API, MODELS, RESULTS, SIGN_IN, PORTAL = (
    "Edge boxes", "API", "Models", "Results", "Sign-in", "Portal",
)  # fmt: skip
COMPONENTS = {
    BOXES: "Boxes reach the cloud and get their updates",
    API: "Programs read and write",
    MODELS: "Models are trained, versioned and rolled out",
    RESULTS: "Results arrive and are exported",
    SIGN_IN: "Sign-in, also by your own provider",
    PORTAL: "The pages of the product",
}
_FINE, _SLOW = Condition.operational, Condition.degraded_performance
_PARTLY, _WORKED_ON = Condition.partial_outage, Condition.under_maintenance


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdate:
    """Said so long `after` it was declared; `since` when it was so, where that was earlier."""

    after: timedelta
    text: str
    phase: Phase | None = None
    effects: Mapping[str, Condition] = field(default_factory=dict)
    since: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryIncident:
    """Declared `at`. `region_of` is whose region it concerns (all where empty), `raised_at` when
    they raised the case of it. What is not public is told to whom it concerns."""

    title: str
    at: datetime
    updates: tuple[StoryUpdate, ...]
    window: tuple[datetime, datetime] | None = None
    region_of: str = ""
    is_public: bool = True
    raised_at: datetime | None = None
    is_of_certificates: bool = False


def _utc(month: int, day: int, hour: int, minute: int = 0, *, year: int = 2025) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def _said(
    minutes: int,
    text: str,
    phase: Phase | None = None,
    effects: Mapping[str, Condition] | None = None,
    *,
    since: int | None = None,
) -> StoryUpdate:
    return StoryUpdate(
        after=timedelta(minutes=minutes),
        text=text,
        phase=phase,
        effects=effects or {},
        since=None if since is None else timedelta(minutes=since),
    )


INCIDENTS = (
    StoryIncident(
        title="Release 5.0",
        at=_utc(5, 13, 9),
        window=(_utc(5, 20, 2), _utc(5, 20, 4)),
        updates=(
            _said(10, "Version 5.0 is rolled out on 20 May from 02:00 to 04:00 UTC. Boxes go on "
                  "inspecting; models cannot be changed meanwhile.", None, {MODELS: _WORKED_ON}),
        ),
    ),
    StoryIncident(
        title="Models answer slowly after release 5.0",
        at=_utc(5, 21, 7, 40),
        updates=(
            _said(6, "Models take up to three seconds for a part where half a second is usual. We "
                  "look for the cause.", Phase.open, {MODELS: _SLOW}, since=-55),
            _said(95, "The cause is known: pictures are read twice. A fix is being tested.",
                  Phase.identified),
            _said(240, "The fix is on all regions, and times are as before. We watch it until "
                  "tomorrow.", Phase.monitoring, {MODELS: _FINE}),
            _said(1_500, "Times stayed as usual over a day.", Phase.resolved),
        ),
    ),
    StoryIncident(
        title="The store of results moves",
        at=_utc(9, 12, 9),
        window=(_utc(9, 20, 22), _utc(9, 21, 1)),
        updates=(
            _said(10, "The store of results moves to larger machines on 20 September from 22:00 to "
                  "01:00 UTC. Boxes go on inspecting and send what they found afterwards.", None,
                  {RESULTS: _WORKED_ON}),
        ),
    ),
    StoryIncident(
        title="Boxes are refused after weeks offline",
        at=_utc(9, 22, 8, 30),
        is_of_certificates=True,
        updates=(
            _said(12, "Boxes that were offline for some weeks are refused when they come back: "
                  "their certificates have run out. Boxes that were online are not concerned.",
                  Phase.identified, {BOXES: _SLOW}),
            _said(1_440, "The article on renewing a certificate says how to let a box in again by "
                  "hand. We prepare that boxes renew in time by themselves."),
            _said(12_990, "From today on boxes renew on every day of their last sixty.",
                  Phase.resolved),
        ),
    ),
    StoryIncident(
        title="Release 5.2",
        at=_utc(10, 6, 9),
        window=(_utc(10, 14, 2), _utc(10, 14, 4)),
        updates=(
            _said(10, "Version 5.2 is rolled out on 14 October, 02:00 to 04:00 UTC. Boxes go on "
                  "inspecting; the portal is read only for some minutes.", None,
                  {PORTAL: _WORKED_ON}),
        ),
    ),
    StoryIncident(
        title="The API answers with errors",
        at=_utc(11, 18, 14, 12),
        updates=(
            _said(5, "About one request in ten fails. Boxes keep their results and send them "
                  "later.", Phase.open, {API: _PARTLY, RESULTS: _SLOW}, since=-9),
            _said(24, "A database was full of the peaks of this week. Room was added, and requests "
                  "succeed again.", Phase.monitoring, {API: _FINE, RESULTS: _FINE}),
            _said(180, "No errors since.", Phase.resolved),
        ),
    ),
    StoryIncident(
        title="Network of one data centre is renewed",
        at=_utc(12, 29, 10),
        window=(_utc(1, 17, 22, year=2026), _utc(1, 18, 1, year=2026)),
        updates=(
            _said(15, "On 17 January from 22:00 UTC switches are renewed. Sign-in may be slow for "
                  "some minutes.", None, {SIGN_IN: _WORKED_ON}),
        ),
    ),
)  # fmt: skip

HIDDEN_INCIDENTS = (
    StoryIncident(
        title="Nobody can sign in",
        at=_utc(9, 3, 13, 28),
        updates=(
            _said(4, "Sign-in fails for everybody, and so does the API, which asks the same "
                  "service. Boxes go on inspecting.", Phase.open,
                  {SIGN_IN: Condition.major_outage, API: Condition.major_outage,
                   PORTAL: Condition.major_outage}, since=-8),
            _said(22, "A key of the service that knows who is who was changed on one side only. We "
                  "put the one of before back.", Phase.identified),
            _said(47, "The portal is there again for who is signed in.", None, {PORTAL: _FINE}),
            _said(49, "Sign-in and the API work again.", Phase.monitoring,
                  {SIGN_IN: _FINE, API: _FINE}),
            _said(1_380, "All is well since yesterday. Such keys are changed by machine from now "
                  "on, on both sides at once.", Phase.resolved),
        ),
    ),
    StoryIncident(
        title="Edge boxes do not come back after an update",
        at=_utc(9, 14, 3, 5),
        region_of="Farrow Energy",
        raised_at=_utc(9, 14, 2, 10),
        is_public=False,
        updates=(
            _said(4, "Boxes in your region that were updated last night do not come back. "
                  "Inspection stands where all boxes of a line are concerned. The roll-out is "
                  "stopped.", Phase.open, {BOXES: _PARTLY}, since=-57),
            _said(200, "The firmware of the night does not start on boxes with a second disk. We "
                  "put the firmware of before on them, site by site.", Phase.identified),
            _said(525, "Boxes come back with the firmware of before. The last site is at work "
                  "again.", Phase.monitoring, {BOXES: _FINE}),
            _said(1_560, "Nothing came back overnight. What we do so that it does not happen again "
                  "is written to the accounts concerned.", Phase.resolved),
        ),
    ),
)  # fmt: skip
"""Told only where something is hidden: what everybody had in September, and what one region had."""
