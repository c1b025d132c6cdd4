"""Escalations: who gets what at which instant, and when nobody would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import routing_plans as actions
from tierline.kernel.errors import Invalid
from tierline.routing.chain_words import vacancy_words
from tierline.web.escalation_tree import names_of, tree_rows
from tierline.web.offered import tiers_by_catalog
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.store.records import Reads

PATH = "/escalations"
_SHOWN_VACANCIES = 50


@shown_to(Permission.work_cases)
def escalations_page(visit: Visit) -> Response:
    """Who is called now or `?at=`, for one severity of a tier, and who will be missing."""
    stated, fault = visit.asked("at", 40), ""
    try:
        at = visit.instant("at") or visit.now
    except Invalid as error:
        at, fault = visit.now, error.message
    wanted = visit.asked("of", 600)

    def work(reads: Reads) -> dict[str, Any]:
        chains = actions.chains_there_are(reads)
        tiers = tiers_by_catalog(reads)
        choices = [(":".join(key), f"{tiers[key[:2]]}, {key[2]}") for key in chains]
        known = {":".join(key): chain for key, chain in chains.items()}
        chosen = wanted if wanted in known else next(iter(known), "")
        nodes = actions.nodes_at(reads, known[chosen], at) if chosen else ()
        return {
            "choices": choices,
            "chosen": chosen,
            "chain": known[chosen].name if chosen else "",
            "levels": tree_rows(visit, nodes, names_of(reads, nodes)),
            "vacancies": actions.vacancies_ahead(reads, visit.now),
            "number": reads.routing.plan()[0],
        }

    found = visit.application.read(work)
    vacancies = found.pop("vacancies")
    return visit.page(
        "pages/escalations.html",
        status=422 if fault else 200,
        **found,
        at=at,
        stated=stated,
        fault=fault,
        vacancies=[
            {"of": each, "why": vacancy_words(each.why)} for each in vacancies[:_SHOWN_VACANCIES]
        ],
        more=max(0, len(vacancies) - _SHOWN_VACANCIES),
        days=actions.DAYS_AHEAD,
    )


ROUTES = [Route(PATH, escalations_page, methods=["GET"])]
