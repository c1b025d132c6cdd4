from __future__ import annotations

import pytest
from served import Served, problem

from tierline.entitlements.receipt import answer_of, recomputed


def ask(served: Served, **question: object) -> dict[str, object]:
    answer = served.operator.post("/v1/checks", json=question)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_answer_says_why_and_from_which_promise(served: Served) -> None:
    said = ask(served, account=served.pine, feature="sandboxes")
    assert said["outcome"] == "allow"
    assert said["promise_id"] == "acme/priority/sandboxes"
    assert said["remaining"] == "4"
    assert said["sentence"] == "1 of 5 sandboxes used with this; 4 left."


def test_a_receipt_recomputes_the_answer(served: Served) -> None:
    said = ask(served, account=served.pine, feature="hours", quantity="12.5", explain=True)
    receipt = said["receipt"]
    assert isinstance(receipt, dict)
    assert answer_of(recomputed(receipt)) == receipt["answer"]
    assert said["outcome"] == "allow_with_overage"


def test_many_checks_are_answered_in_their_order(served: Served) -> None:
    checks = [
        {"account": account, "feature": "sandboxes", "quantity": 3}
        for account in (served.pine, served.oak)
    ]
    answers = served.operator.post("/v1/checks/batch", json={"checks": checks}).json()["answers"]
    assert [each["outcome"] for each in answers] == ["allow", "deny"]


def test_an_upgrade_counts_at_once(served: Served) -> None:
    (contract,) = served.operator.get(f"/v1/accounts/{served.oak}/contracts").json()["items"]
    changed = served.operator.post(
        f"/v1/contracts/{contract['id']}/plan",
        json={"tier": "priority", "fee": {"amount": "2400"}},
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["plans"][-1]["fee"] == {"amount": "2400", "per": "month"}
    assert ask(served, account=served.oak, feature="sandboxes", quantity=3)["outcome"] == "allow"


def test_a_reservation_is_held_used_and_seen_by_the_next_check(served: Served) -> None:
    order = {"account": served.pine, "feature": "sandboxes", "quantity": 4}
    made = served.operator.post("/v1/reservations", json=order)
    assert made.status_code == 201
    path = f"/v1/reservations/{made.json()['reservation']['id']}"
    assert ask(served, account=served.pine, feature="sandboxes")["remaining"] == "0"
    used = served.operator.post(f"{path}/finalisation", json={"used": 1})
    assert used.json()["used"] == "1"
    assert ask(served, account=served.pine, feature="sandboxes")["used"] == "1"
    assert served.operator.post(f"{path}/release").status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[" * 100_000, 413, "too_deep"),
        (b'{"account": "a", "feature": "b", "deep": ' + b"[" * 100_000, 413, "too_deep"),
        (b"[]", 422, "invalid"),
        (b'{"account": "a", "feature": "b", "quantity": -1}', 422, "bad_quantity"),
        (b'{"account": "a", "feature": "b", "quantity": "NaN"}', 422, "bad_quantity"),
        (b'{"account": "a", "feature": "b", "quantity": 1e400}', 422, "bad_quantity"),
        (b'{"account": "a", "feature": "b", "quantity": true}', 422, "invalid"),
        (b'{"account": "a", "feature": "b", "qty": 1}', 422, "invalid"),
        (b'{"account": "a", "feature": "b", "at": "2025-01-01T00:00:00"}', 422, "naive_instant"),
        (b'{"account": "a", "feature": "b", "at": "yesterday"}', 422, "bad_instant"),
        (b'{"account": "", "feature": "b"}', 422, "invalid"),
        (b" " * 2_000_000, 413, "limit_reached"),
    ],
)
def test_a_wrong_body_is_told(served: Served, body: bytes, status: int, code: str) -> None:
    answer = served.operator.post("/v1/checks", content=body)
    assert (answer.status_code, problem(answer)["code"]) == (status, code)


def test_another_accounts_id_is_as_unknown_as_any(served: Served) -> None:
    customer = served.as_("customer_contact", account=served.oak)
    own = customer.post("/v1/checks", json={"account": served.oak, "feature": "sandboxes"})
    other = customer.post("/v1/checks", json={"account": served.pine, "feature": "sandboxes"})
    invented = customer.post("/v1/checks", json={"account": "account_x", "feature": "sandboxes"})
    assert own.status_code == 200
    assert other.status_code == invented.status_code == 404
    assert problem(other)["detail"].replace(served.pine, "account_x") == problem(invented)["detail"]


def test_nobody_is_answered_without_a_token(served: Served) -> None:
    answer = served.nobody.post("/v1/checks", json={"account": served.pine, "feature": "hours"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_another_method_is_refused(served: Served) -> None:
    assert served.operator.get("/v1/checks").status_code == 405


def test_a_fault_of_ours_is_logged_and_told_without_its_trace(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("a disk full of secrets")

    monkeypatch.setattr(served.opened.answers, "ask", broken)
    question = {"account": served.pine, "feature": "reports"}
    response = served.as_("agent").post("/v1/checks", json=question)
    assert (response.status_code, problem(response)["code"]) == (500, "internal")
    assert response.headers["x-request-id"]
    assert "secrets" not in response.text
    assert "a disk full of secrets" in caplog.text
