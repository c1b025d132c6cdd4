from __future__ import annotations

import re
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from served import Served

from tierline.worker.duties import DUTIES
from tierline.worker.loop import Worker

LABELS = ("lane", "route", "method", "status")


def figures(served: Served) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels; of a histogram all together."""
    text = served.nobody.get("/metrics").text
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return {
        (each.name, *(each.labels[name] for name in LABELS if name in each.labels)): each.value
        for each in samples
        if each.labels.get("le", "+Inf") == "+Inf"
    }


def test_requests_are_counted_by_route_and_never_by_path(served: Served) -> None:
    admin = served.as_("admin")
    for account in (served.pine, served.oak, "account_nobody"):
        admin.get(f"/v1/accounts/{account}")
    for number in range(30):
        served.nobody.get(f"/nowhere/{number}")
        served.nobody.request("BREW", "/coffee")
    found = figures(served)
    counted = {key[1:]: value for key, value in found.items() if "requests_total" in key[0]}
    assert counted["/v1/accounts/{account}", "GET", "2xx"] == 2
    assert counted["/v1/accounts/{account}", "GET", "4xx"] == 1
    assert counted["other", "GET", "4xx"] == 30
    assert counted["other", "other", "4xx"] == 30
    assert found["tierline_http_request_seconds_count", "other", "GET"] == 30
    assert served.pine not in served.nobody.get("/metrics").text


def test_hot_routes_are_counted_by_their_template(served: Served) -> None:
    admin = served.as_("admin")
    question = {"account": served.pine, "feature": "reports"}
    assert admin.post("/v1/checks", json=question).status_code == 200
    admin.post("/v1/reservations/some/release")
    found = figures(served)
    assert found["tierline_http_requests_total", "/v1/checks", "POST", "2xx"] == 1
    keyed = "/v1/reservations/{key}/release"
    assert found["tierline_http_requests_total", keyed, "POST", "4xx"] == 1


def test_the_journal_and_the_store_tell_how_far_they_are(served: Served) -> None:
    before = figures(served)
    assert before[("tierline_store_up",)] == 1
    assert before[("tierline_journal_sealed_facts",)] == 0
    assert before[("tierline_seal_lag_seconds",)] >= 0
    now = served.opened.now()
    served.opened.now = lambda: now + timedelta(hours=1)  # type: ignore[method-assign]  # an hour passes
    assert figures(served)[("tierline_seal_lag_seconds",)] == pytest.approx(3600, abs=60)
    served.opened.now = lambda: now  # type: ignore[method-assign]  # and is taken back
    Worker(served.opened, (), DUTIES).do_duties()
    after = figures(served)
    assert after[("tierline_seal_lag_seconds",)] == 0
    assert after[("tierline_journal_sealed_facts",)] > 0
    assert after[("tierline_outbox_facts",)] == 0
    assert ("tierline_due_work_rows", "duties") not in after
    assert after[("tierline_store_unit_seconds_count",)] > 0
    assert after[("tierline_store_units_waiting",)] == 0


def test_without_the_database_the_rest_is_still_told(served: Served) -> None:
    served.opened.store.close()
    found = figures(served)
    assert found[("tierline_store_up",)] == 0
    assert ("tierline_store_unit_seconds_count",) in found
    assert ("tierline_seal_lag_seconds",) not in found


def test_a_process_lives_and_is_ready_only_with_its_database(served: Served) -> None:
    for path, state in (("/healthz", "alive"), ("/readyz", "ready")):
        assert served.nobody.get(path).json() == {"state": state}
    served.opened.store.close()
    assert served.nobody.get("/healthz").status_code == 200
    assert served.nobody.get("/readyz").status_code == 503


def test_every_answer_says_which_request_it_was(served: Served) -> None:
    ids = [served.nobody.get("/healthz").headers["x-request-id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]+", each) for each in ids)
    stated = served.nobody.get("/healthz", headers={"X-Request-Id": "from-our-proxy.7"})
    assert stated.headers["x-request-id"] == "from-our-proxy.7"
    odd = served.nobody.get("/healthz", headers={"X-Request-Id": 'a"}\t{' + "x" * 99})
    assert odd.headers["x-request-id"].startswith(ids[0][:8])
