"""Secrets on pages: nobody sees them, and what the rules miss is taken out by hand."""

from __future__ import annotations

from peopled import Peopled

from tierline.access.role import Role

CARD = "4111 1111 1111 1111"


def test_what_a_customer_pastes_is_seen_by_nobody_and_what_is_missed_goes_by_hand(
    world: Peopled,
) -> None:
    customer, agent = world.visit(Role.customer_contact, world.pine), world.visit(Role.agent)
    path = f"/cases/{world.case}"
    customer.open(path)
    customer.send(f"{path}/messages", text=f"Charge {CARD}, password Sesame-9")
    for page in (customer.open(path).text, agent.open(path).text):
        assert CARD not in page
        assert "Charge [card number removed, it ended in 1111], password Sesame-9" in page
        assert "Your message held what looks like a secret (card number)" in page
    agent.send(f"{path}/masks", words="Sesame-9", mask_reason="a password")
    assert "password [removed]" in customer.open(path).text
    again = agent.send(f"{path}/masks", words="Sesame-9", mask_reason="a password").text
    assert "These words stand nowhere in this case." in again
    assert "Sesame-9" not in again
    trail = agent.open("/masks").text
    assert "Card number" in trail
    assert "a password" in trail
    assert customer.open("/masks").status_code == 403


def test_the_trail_over_the_api_says_where_and_by_which_rules(world: Peopled) -> None:
    raised = {"subject": "Paid twice", "text": f"By {CARD}", "account": world.oak}
    case = world.post("/v1/cases", raised).json()
    asked = world.served.operator.get("/v1/masks", params={"case": case["id"]})
    (mask,) = asked.json()["items"]
    assert (mask["kind"], mask["part"], mask["position"]) == ("card_number", "text", 3)
    assert mask["message"] == case["messages"][0]["id"]
    assert case["messages"][0]["text"][mask["position"] :].startswith("[card number removed")
    taken = world.post(f"/v1/cases/{case['id']}/masks", {"words": "twice", "reason": "a test"})
    assert taken.json()["subject"] == "Paid [removed]"
