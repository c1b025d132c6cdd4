"""Macros, saved views, and two who work on one case, without scripts."""

from __future__ import annotations

import re

from peopled import Peopled
from small_offer import offer
from visitor import Visit

from tierline.catalog.catalog import Catalog
from tierline.web.offered import reasons_offered


def raised(world: Peopled, subject: str, **stated: str) -> str:
    body = {"subject": subject, "text": "Since noon.", "account": world.pine, **stated}
    return f"/cases/{world.post('/v1/cases', body).json()['id']}"


def kept(visit: Visit, name: str, **fields: str) -> str:
    """The id of a new macro."""
    visit.open("/macros")
    visit.send("/macros", name=name, **{"does": "answer", **fields})
    assert visit.path == "/macros", visit.page.text
    found = re.search(rf'href="/macros/(macro_\w+)">{name}<', visit.page.text)
    assert found
    return found[1]


def test_a_macro_is_shown_filled_in_and_sent_as_one_change(
    world: Peopled, agent: Visit, customer: Visit
) -> None:
    macro = kept(
        agent,
        "Which firmware",
        text="Case {{case.number}} of {{account.name}}: which firmware? {{agent.first_name}}",
        does="wait",
        reason="waiting_on_customer",
        topic="outage",
    )
    path = raised(world, "Press 21 is slow")
    page = agent.open(f"{path}?macro={macro}").text
    (number,) = re.findall(r"<title>Case (\d+):", page)
    assert f"Case {number} of Pine" in page
    assert "waits for the answer (waiting on customer)" in page
    assert "Waiting" not in agent.open(path).text  # nothing was done yet
    agent.open(f"{path}?macro={macro}")
    agent.send(f"{path}/macro-runs", macro=macro, text="Which firmware, please?")
    assert "Which firmware, please?" in customer.open(path).text
    page = agent.open(path).text
    assert "Waiting" in page
    assert "A line stands" in page  # the topic's playbook


def test_nothing_of_a_macro_is_done_where_a_part_of_it_is_refused(
    world: Peopled, agent: Visit
) -> None:
    macro = kept(agent, "Resolved", text="Done.", does="resolve", topic="outage")
    path = raised(world, "Press 22 is slow", severity="S1")
    agent.open(f"{path}?macro={macro}")
    agent.send(f"{path}/macro-runs", macro=macro, text="Done.")
    assert agent.page.status_code == 422  # this severity needs the why
    assert "A line stands" not in agent.open(path).text
    agent.open(f"{path}?macro={macro}")
    agent.send(f"{path}/macro-runs", macro=macro, text="Hello {{contact.name}}")
    assert "This is not filled in: contact.name." in agent.page.text


def test_ones_own_macro_is_nobody_elses_and_a_shared_one_is_the_leads(
    world: Peopled, agent: Visit, lead: Visit
) -> None:
    own = kept(agent, "Only mine", text="Hello.")
    assert "Only mine" not in lead.open("/macros").text
    assert world.post("/v1/macros", {"macro": {"name": "x", "text": "x"}}).status_code == 422
    kept(lead, "Of all", text="Hello.", is_shared="yes")
    page = agent.open("/macros").text
    assert "Of all" in page
    agent.send("/macros", name="Not mine to share", text="x", does="answer", is_shared="yes")
    assert "Not mine to share" not in lead.open("/macros").text
    agent.open("/macros")
    agent.send("/macros/removal", macro=own)
    assert "Only mine" not in agent.page.text


def test_a_macro_is_worded_otherwise_and_shown_filled_in(
    world: Peopled, agent: Visit, lead: Visit
) -> None:
    macro = kept(agent, "Which version", text="Which version, {{contact.first_name}}?")
    path = raised(world, "Press 24 is slow")
    number = world.served.operator.get(f"/v1{path}").json()["number"]
    page = agent.open(f"/macros/{macro}?case={number}").text
    assert "Press 24" not in page
    assert f"/cases/{path.rpartition('/')[2]}?macro={macro}" in page
    assert "no case 999999" in agent.open(f"/macros/{macro}?case=999999").text
    agent.open(f"/macros/{macro}")
    agent.send(
        f"/macros/{macro}", name="Which build", text="Which {{case.subject}}?", does="answer"
    )
    assert agent.path == f"/macros/{macro}"
    assert "Which Press 24 is slow?" in agent.open(f"/macros/{macro}?case={number}").text
    refused = agent.post(f"/macros/{macro}", name="x", text="{{odd}}", does="answer",
                         form_word=agent.form(f"/macros/{macro}")["form_word"])  # fmt: skip
    assert refused.status_code == 422
    assert lead.open(f"/macros/{macro}").status_code == 404
    shared = kept(lead, "Of everybody", text="Hello.", is_shared="yes")
    page = agent.open(f"/macros/{shared}").text
    assert "Word it otherwise" not in page
    word = agent.form("/theme")["form_word"]
    forbidden = agent.post(f"/macros/{shared}", name="Mine", text="x", form_word=word)
    assert forbidden.status_code == 403


def test_what_the_customer_wrote_meanwhile_is_seen_before_an_answer_goes(
    world: Peopled, agent: Visit, customer: Visit
) -> None:
    path = raised(world, "Press 23 is slow")
    agent.open(path)
    (seen,) = set(re.findall(r'name="seen" value="(\d+)"', agent.page.text))
    customer.open(path)
    customer.send(f"{path}/messages", text="It works again.")
    agent.open(path)
    agent.send(f"{path}/messages", text="Which press?", seen=seen, is_note="yes")
    page = agent.page.text
    assert agent.page.status_code == 422
    assert "Since you opened this case the customer wrote." in page
    assert "Which press?" in page
    assert re.search(r'name="is_note"[^>]* checked', page)  # a note stays one
    assert "data-new" in page
    (now,) = set(re.findall(r'name="seen" value="(\d+)"', page))
    agent.send(f"{path}/messages", text="Which press?", seen=now)
    assert agent.page.status_code == 200
    agent.send(f"{path}/messages", text="Which press?", seen=now)  # by a double click
    assert customer.open(path).text.count("Which press?") == 1


def test_over_the_api_what_was_not_seen_is_a_conflict(world: Peopled) -> None:
    path = raised(world, "Press 24 is slow")
    ask = world.served.operator
    seen = len(ask.get(f"/v1{path}").json()["events"])
    said = {"text": "We look.", "seen": seen}
    assert ask.post(f"/v1{path}/messages", json=said).status_code == 201
    refused = ask.post(f"/v1{path}/messages", json=said)
    assert (refused.status_code, refused.json()["code"]) == (409, "case_changed")


def test_who_else_is_there_is_told(world: Peopled, agent: Visit, lead: Visit) -> None:
    path = raised(world, "Press 25 is slow")
    for visit in (agent, lead):
        visit.open(path)
    word = re.search(r'data-word="([^"]+)"', agent.page.text)
    other = re.search(r'data-word="([^"]+)"', lead.page.text)
    assert word
    assert other
    agent.post(f"{path}/presence", form_word=word[1], what="writes")
    told = lead.post(f"{path}/presence", form_word=other[1], what="looks").json()
    assert told == {"events": 1, "others": ["Ada Byron writes in it"]}
    assert agent.post(f"{path}/presence", form_word="x").status_code == 403


def test_a_view_is_saved_for_oneself_or_for_everybody(
    world: Peopled, agent: Visit, lead: Visit
) -> None:
    raised(world, "Press 26 is slow", severity="S2")
    agent.open("/cases?severity=S1&state=new")
    assert "Press 26 is slow" not in agent.page.text
    assert '<option value="S1" selected>S1: ' in agent.page.text
    assert (
        '<option value="S1,S2" selected>S1,S2</option>' in agent.open("/cases?severity=S1,S2").text
    )
    assert re.search(r'data-label="Tier">\w+</td>', agent.page.text)
    agent.send("/cases/views", name="New and severe", severity="S1", state="new")
    saved = agent.path
    assert re.search(r'aria-current="true">New and severe', agent.page.text)
    assert "Line 3 stands" in agent.page.text
    assert "Press 26 is slow" not in agent.page.text
    assert "New and severe" not in lead.open("/cases").text
    assert lead.open(saved).status_code == 404
    lead.open("/cases?severity=S2")
    lead.send("/cases/views", name="All S2", severity="S2", is_shared="yes")
    assert "All S2" in agent.open("/cases").text
    found = world.served.operator.get("/v1/case-views").json()["items"]
    of_all = next(each["id"] for each in found if each["name"] == "All S2")
    listed = world.served.operator.get("/v1/cases", params={"saved": of_all}).json()["items"]
    assert {each["severity"] for each in listed} == {"S2"}
    agent.open(saved)
    agent.send("/cases/views-end", saved=saved.partition("saved=")[2])
    assert "New and severe" not in agent.open("/cases").text


def test_what_a_macro_sets_is_chosen_from_what_there_is(agent: Visit) -> None:
    page = agent.open("/macros").text
    assert 'name="reason" type="text"' in page, "no promise of this world names a reason"
    for chosen in ("S1", "outage"):
        assert f'<option value="{chosen}">' in page
    macro = kept(agent, "Of old", text="Hello.", topic="given_up", severity="S2")
    page = agent.open(f"/macros/{macro}").text
    assert '<option value="given_up" selected>given_up (offered no more)</option>' in page
    assert '<option value="S2" selected>' in page


def test_reasons_are_those_of_every_promise_that_is_offered() -> None:
    stated = offer().model_dump(mode="json", exclude_none=True)
    stated["clock_rules"] = {"pauses": {"waiting_on_vendor": {"name": "Waiting on the vendor"}}}
    own = {"pauses": {"waiting_on_customer": {"name": "Waiting on the customer"}}}
    stated["tiers"]["priority"]["clock_rules"] = own
    assert reasons_offered([Catalog.model_validate(stated)]) == {
        "waiting_on_vendor": "Waiting on the vendor",
        "waiting_on_customer": "Waiting on the customer",
    }
