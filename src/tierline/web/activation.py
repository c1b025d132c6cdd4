"""The activation funnel as a page: who is entitled, who ever used it, for whom it is a habit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.kernel.errors import Forbidden, Invalid
from tierline.kernel.instants import to_micros
from tierline.queries.activation_funnel import activation_funnel
from tierline.scorecards.activation_funnel import Funnel, Stall, Step, funnels
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.web.badges import Badge
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.scorecards.activation_funnel import Entitlement
    from tierline.store.records import Reads

SHOWN_CUSTOMERS = 500
_STEPS = {
    Step.entitled: "never used it",
    Step.activated: "used it, and not regularly",
    Step.too_new: "used it, and are too new to tell",
    Step.habitual: "use it regularly",
}
_STALLS = {Stall.activation: "Before the first use", Stall.habit: "Before it is a habit"}


@shown_to(Permission.read_usage)
def activation_page(visit: Visit) -> Response:
    """Of all accounts at once, so for the vendor's people alone; `?feature=` and `?step=` open the
    customers that a figure is made of."""
    if visit.caller.accounts is not None:
        raise Forbidden("This page tells of all accounts at once. Your own use is with your plan.")
    asked = visit.instant()
    feature, step = visit.asked("feature"), _step(visit.asked("step", 20))

    def work(reads: Reads) -> tuple[tuple[Entitlement, ...], dict[str, str]]:
        found = activation_funnel(reads, to_micros(asked or visit.now))
        chosen = _chosen(found, feature, step)
        return found, {
            key: account.name
            for key, account in reads.accounts.of_ids([each.account for each in chosen]).items()
        }

    found, names = visit.application.read(work)
    listed = funnels(found)
    opened = next((each for each in listed if each.feature == feature), None)
    return visit.page(
        "pages/activation.html",
        at=asked,
        stated=visit.asked("at", 40),
        rows=[_row(each) for each in listed],
        first=next((each for each in listed if each.most_wasted), None),
        opened=opened,
        step_words="are entitled" if step is None else _STEPS[step],
        customers=sorted((name.lower(), name, key) for key, name in names.items()),
        total=sum(each.feature == feature and step in (None, each.step) for each in found),
        weak_below=WEAK_BELOW,
    )


def _step(text: str) -> Step | None:
    if not text:
        return None
    if text not in list(Step):
        raise Invalid(f"'step' is one of {', '.join(Step)}.", code="bad_step")
    return Step(text)


def _chosen(found: tuple[Entitlement, ...], feature: str, step: Step | None) -> list[Entitlement]:
    chosen = [each for each in found if each.feature == feature and step in (None, each.step)]
    return chosen[:SHOWN_CUSTOMERS]


def _row(funnel: Funnel) -> dict[str, Any]:
    stall = funnel.stall
    return {
        "funnel": funnel,
        "stall": None if stall is None else _STALLS[stall],
        "badge": _badge(funnel),
        "activated_percent": round(100 * funnel.activated / funnel.entitled),
        "habitual_percent": round(100 * funnel.habitual / funnel.entitled),
    }


def _badge(funnel: Funnel) -> Badge:
    """What is said about those who used it rests on so many of them."""
    if funnel.activated < WEAK_BELOW:
        return Badge("paused", "?", f"Weak evidence, n = {funnel.activated}")
    return Badge("ok", "✓", f"n = {funnel.activated}")


ROUTES = [Route("/usage/activation", activation_page, methods=["GET"])]
