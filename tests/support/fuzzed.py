"""Requests that Schemathesis makes from the API document, with a token of a role and known ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import integers
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import Served

ROLES = (
    "customer_contact",
    "partner",
    "agent",
    "lead",
    "account_manager",
    "finance",
    "product",
    "admin",
)
BOUND = ("customer_contact", "partner")
_MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
Examples = tuple[int, int]
"""How often each operation is asked with values that its schema allows, and with others."""
LEFT_OUT = ("POST /v1/webhooks/{webhook}/test-messages", "GET /ofrep/v1/events")
"""One sends to an address outside at once, one answers for as long as somebody listens."""


@dataclass
class Outcome:
    """What came of the requests of a role: by operation, the statuses, and what was wrong."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def reached(self) -> frozenset[str]:
        """Operations that were driven to a 2xx."""
        return frozenset(
            name for name, seen in self.statuses.items() if any(200 <= s < 300 for s in seen)
        )


def known_values(served: Served) -> dict[str, list[Any]]:
    """Values that stand for something in the served world, by the name of a parameter or field."""
    ask = served.operator
    accounts = [served.pine, served.oak]
    contacts, contracts = [], []
    for account in accounts:
        person = {"name": "Ana", "email": f"{account[-8:]}@x.example"}
        contacts.append(ask.post(f"/v1/accounts/{account}/contacts", json=person).json()["id"])
        held = ask.get(f"/v1/accounts/{account}/contracts").json()["items"]
        contracts.append(held[0]["id"])
    held = {"account": served.pine, "feature": "hours", "quantity": 1}
    reservation = ask.post("/v1/reservations", json=held).json()["reservation"]["id"]
    hold = {"reason": "A dispute."}
    placed = ask.post(f"/v1/accounts/{served.oak}/legal-holds", json=hold).json()["id"]
    consent = {"notice_version": "2026-01", "evidence": "form f-1"}
    said = f"/v1/accounts/{served.pine}/consents/product_analytics"
    statement = ask.put(said, json=consent).json()
    token = ask.post("/v1/tokens", json={"role": "agent"}).json()
    invited = ask.post("/v1/invitations", json={"email": "bo@x.example", "roles": ["agent"]}).json()
    asked = {"email": "di@x.example", "roles": ["lead"]}
    code = ask.post("/v1/invitations", json=asked).json()["link"].partition("code=")[2]
    joined = {"code": code, "name": "Di", "password": "seven quiet otters paddle"}
    user = ask.post("/v1/users", json=joined).json()
    hook = {"url": "https://hooks.example.com/in", "kinds": ["AccountOpened"]}
    made = ask.post("/v1/webhooks", json=hook).json()
    return {
        "account": accounts,
        "targetingKey": accounts,
        "partner": [served.oak],
        "contact": contacts,
        "contract": contracts,
        "user": [user["id"]],
        "token": [token["id"]],
        "invitation": [invited["id"]],
        "webhook": [made["id"]],
        "catalog": ["acme"],
        "version": ["2025-01-01"],
        "tier": ["standard", "priority"],
        "feature": ["reports", "hours"],
        "key": ["reports", "hours", reservation],
        "hold": [placed],
        "statement": [statement["statement"]],
        "subject": accounts,
        "meter": ["hours"],
        "purpose": ["product_analytics"],
    }


def put_known(case: schemathesis.Case, known: Mapping[str, list[Any]], pick: int) -> None:
    """Let parameters and fields of a request stand for something that is there."""

    def chosen(name: str, value: Any) -> Any:
        return known[name][pick % len(known[name])] if known.get(name) else walked(value)

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: chosen(name, held) for name, held in value.items()}
        return [walked(each) for each in value] if isinstance(value, list) else value

    sound = SOUND.get(case.operation.label)
    if sound is not None and pick % 2 == 0 and isinstance(case.body, dict | str | bytes):
        case.body = sound
    for name in case.path_parameters:
        case.path_parameters[name] = chosen(name, case.path_parameters[name])
    case.body = walked(case.body)


def learn(known: dict[str, list[Any]], label: str, response: Any) -> None:
    """What was made is there for the requests that follow."""
    if response.status_code != HTTPStatus.CREATED:
        return
    made = response.json()
    noun = label.rsplit("/", 1)[-1].rstrip("s")
    if isinstance(made, dict) and "id" in made:
        known.setdefault(noun, []).append(made["id"])


def headers_of(served: Served, role: str) -> dict[str, str]:
    """A valid token of a role; customers' ones belong to Pine."""
    bound = {"account": served.pine} if role in BOUND else {}
    made = served.operator.post("/v1/tokens", json={"role": role, **bound}).json()
    return {"Authorization": f"Bearer {made['token']}"}


_SPAN = {"start": "2025-03-01T00:00:00Z", "end": "2025-04-01T00:00:00Z"}
_EXCEPTION = {
    "owner": "Ana",
    "reason": "A pilot.",
    "cost": "10",
    "currency": "USD",
    "expires": _SPAN["end"],
}
_HOOK = {"url": "https://hooks.example.com/in", "kinds": ["AccountOpened"]}
_METER = {"event_type": "report.made", "aggregation": "sum", "value": "hours", "feature": "hours"}
SOUND: dict[str, Any] = {
    "POST /v1/contracts/{contract}/add-ons": {"add_on": "extra"},
    "POST /v1/contracts/{contract}/overrides": {
        "id": "o-1",
        "feature": "sandboxes",
        "units": "2",
        "exception": _EXCEPTION,
        **_SPAN,
    },
    "POST /v1/contracts/{contract}/uplifts": {
        "id": "u-1",
        "feature": "sandboxes",
        "reason": "A move.",
        "units": "2",
        **_SPAN,
    },
    "POST /v1/invitations": {"email": "cy@x.example", "roles": ["agent"]},
    "POST /v1/mails": b"From: ada@kestrel.example\r\nSubject: Slow\r\n\r\nIt is slow.\r\n",
    "POST /v1/webhooks": _HOOK,
    "PUT /v1/webhooks/{webhook}": _HOOK,
    "PUT /v1/meters/{meter}": _METER,
    "POST /v1/reservations/{key}/finalisation": {"quantity": 1},
    "POST /v1/usage-events": {
        "specversion": "1.0",
        "id": "e-1",
        "source": "tests",
        "type": "report.made",
        "subject": "account",
        "time": "2025-03-01T00:00:00Z",
        "data": {"hours": 1},
    },
}
"""Bodies of operations that want more than their schema can say."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


_OPERATIONS: list[Any] = []


def operations_of(served: Served) -> list[Any]:
    """The document's operations, those that take something away last. They are of
    the code, not of one installation: what they mean is worked out once for all roles."""
    if not _OPERATIONS:
        schema = schemathesis.openapi.from_dict(served.nobody.get("/openapi.json").json())
        schema.app = served.app
        _OPERATIONS.extend(found.ok() for found in schema.get_all_operations())
        _OPERATIONS.sort(key=lambda each: each.method.upper() == "DELETE")
    return _OPERATIONS


@dataclass
class Asker:
    """Somebody with a token of a role in a world, what they know there, and what came of it."""

    served: Served
    role: str
    known: dict[str, list[Any]]
    outcome: Outcome = field(default_factory=Outcome)

    def __post_init__(self) -> None:
        self.headers = headers_of(self.served, self.role)

    def ask(self, drawn: schemathesis.Case, pick: int) -> None:
        case = _copied(drawn)
        case.operation.app = case.operation.schema.app = self.served.app
        if pick % 4 != 3:
            put_known(case, self.known, pick >> 2)
        label = case.operation.label
        response = case.call(headers=self.headers)
        self.outcome.statuses[label][response.status_code] += 1
        learn(self.known, label, response)
        try:
            case.validate_response(response, checks=CHECKS, headers=self.headers)
        except (Failure, FailureGroup) as failure:
            at = f"{label} {response.status_code}"
            self.outcome.wrong.setdefault(at, _told(case, failure))


def _copied(drawn: schemathesis.Case) -> schemathesis.Case:
    """The same request, whose parameters and body become somebody's own."""
    return schemathesis.Case(
        drawn.operation,
        drawn.method,
        drawn.path,
        path_parameters=dict(drawn.path_parameters),
        headers=drawn.headers.copy(),
        cookies=dict(drawn.cookies),
        query=dict(drawn.query),
        body=drawn.body,
        media_type=drawn.media_type,
        multipart_content_types=drawn.multipart_content_types,
        meta=drawn.meta,
    )


def fuzz(askers: Sequence[Asker], examples: Examples) -> None:
    """Ask every operation with values that its schema allows, and with others. All ask the same,
    each about what is known in a world of their own: to draw values costs more than to ask."""
    for operation in operations_of(askers[0].served):
        if operation.label in LEFT_OUT:
            continue
        for mode, count in zip(_MODES, examples, strict=True):
            if not count:
                continue
            with suppress(Unsatisfiable):  # what reads nothing has nothing that it does not allow
                _ask(operation, mode, count, askers)


def _ask(
    operation: Any, mode: schemathesis.GenerationMode, examples: int, askers: Sequence[Asker]
) -> None:
    @seed(7)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), pick=integers(0, 2**16))
    def ask(case: schemathesis.Case, pick: int) -> None:
        for asker in askers:
            asker.ask(case, pick)

    ask()


def walk(served: Served, role: str, *, walks: int, steps: int) -> Outcome:
    """Follow the document's links: what one answer made is what the next request is about."""
    document = served.nobody.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document).exclude(name=list(LEFT_OUT))
    schema.app = served.app
    headers, outcome = headers_of(served, role), Outcome()

    class Walk(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def get_call_kwargs(self, _: schemathesis.Case) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: schemathesis.Case, **_: Any) -> None:
            outcome.statuses[case.operation.label][response.status_code] += 1
            try:
                case.validate_response(response, checks=CHECKS, headers=headers)
            except (Failure, FailureGroup) as failure:
                label = f"{case.operation.label} {response.status_code}"
                outcome.wrong.setdefault(label, _told(case, failure))

    Walk.run(
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
    return outcome


def _told(case: schemathesis.Case, failure: BaseException) -> str:
    parts = getattr(failure, "exceptions", (failure,))
    said = "; ".join(str(part)[:600] for part in parts)
    return f"{said}\n{case.as_curl_command()[:1500]}"
