"""What was agreed beside a plan stands on the case that it binds, with where it is written down."""

from __future__ import annotations

import hashlib
from typing import Any

from desk import opened
from peopled import Peopled

from tierline.access.role import Role

LINK = "https://documents.example/letters/pine.pdf"
DIGEST = f"sha256:{hashlib.sha256(b'letter').hexdigest()}"
NO_LINK = "javascript:alert(1)"


def agreed(world: Peopled, id_: str, feature: str, **stated: Any) -> Any:
    contracts = world.served.operator.get(f"/v1/accounts/{world.pine}/contracts").json()["items"]
    exception = {
        "owner": "Head of sales",
        "reason": f"The reason of {id_}",
        "cost": "100",
        "expires": "2035-01-01T00:00:00Z",
    }
    body = {"id": id_, "feature": feature, "start": "2025-02-01T00:00:00Z", "exception": exception}
    path = f"/v1/contracts/{contracts[-1]['id']}/overrides"
    return world.served.operator.post(path, json=body | stated)


def letter(world: Peopled) -> dict[str, Any]:
    """One that is there once."""
    target = {"severity": "S1", "milestone": "acknowledge", "within": "PT5M", "hours": "always"}
    document = {"link": LINK, "digest": DIGEST, "approver": "Ida Approver"}
    made = agreed(world, "letter", "S1.acknowledge", target=target, document=document)
    assert made.status_code in (201, 409), made.text
    contracts = world.served.operator.get(f"/v1/accounts/{world.pine}/contracts").json()["items"]
    (found,) = [each for each in contracts[-1]["overrides"] if each["id"] == "letter"]
    return dict(found)


def test_a_side_letter_names_its_document(world: Peopled) -> None:
    document = letter(world)["document"]
    assert document == {"link": LINK, "digest": DIGEST, "approver": "Ida Approver"}
    (row,) = [
        each
        for each in world.served.operator.get("/v1/audits/exceptions").json()["items"]
        if each["id"] == "letter"
    ]
    assert (row["document"], row["document_digest"], row["approver"]) == (
        LINK, DIGEST, "Ida Approver",
    )  # fmt: skip


def test_whoever_works_on_the_case_sees_what_binds_beyond_the_plan(world: Peopled) -> None:
    letter(world)
    case = opened(world.served.operator, world.pine, severity="S1")
    page = world.visit(Role.agent).open(f"/cases/{case['id']}").text
    assert 'id="beyond-plan"' in page
    assert "5 minutes" in page
    assert "Of this case" in page
    assert f'href="{LINK}"' in page
    assert DIGEST in page
    assert "Ida Approver" in page
    theirs = world.visit(Role.customer_contact, world.pine).open(f"/cases/{case['id']}").text
    assert "beyond-plan" not in theirs
    other = opened(world.served.operator, world.oak, severity="S1")
    assert "beyond-plan" not in world.visit(Role.agent).open(f"/cases/{other['id']}").text


def test_the_customer_sees_the_document_and_not_who_approved_it(world: Peopled) -> None:
    letter(world)
    contracts = world.served.operator.get(f"/v1/accounts/{world.pine}/contracts").json()["items"]
    path = f"/contracts/{contracts[-1]['id']}"
    theirs = world.visit(Role.customer_contact, world.pine).open(path).text
    assert f'href="{LINK}"' in theirs
    assert "Ida Approver" not in theirs
    assert "Ida Approver" in world.visit(Role.agent).open(path).text


def test_what_is_no_link_is_text_and_no_digest_is_refused(world: Peopled) -> None:
    made = agreed(world, "odd", "sandboxes", units="1", document={"link": NO_LINK})
    assert made.status_code == 201, made.text
    case = opened(world.served.operator, world.pine, severity="S1")
    page = world.visit(Role.agent).open(f"/cases/{case['id']}").text
    assert NO_LINK in page
    assert f'href="{NO_LINK}"' not in page
    for digest in ("sha256:1", "md5:00", DIGEST.upper()):
        stated = {"link": LINK, "digest": digest}
        refused = agreed(world, "worse", "sandboxes", units="1", document=stated)
        assert refused.status_code == 422


def test_the_journal_keeps_the_digest_and_nobodys_name(world: Peopled) -> None:
    letter(world)
    told = world.served.operator.get("/v1/facts?limit=200").text
    assert DIGEST in told
    assert "Ida Approver" not in told
    assert LINK not in told
