"""Who writes by mail says with one word that it is critical, on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
from mailed_desk import FIRST, Desk, answer_to
from people import NOW

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import set_severity
from tierline.actions.mails import Received, receive_mail
from tierline.actions.triage import TriageOrder, triage_case
from tierline.cases.event import EventKind
from tierline.cases.mail import Mail, MailKind, NewMail
from tierline.cases.standing import CaseState
from tierline.milestones.fold import milestones_of
from tierline.milestones.portable import portable_terms
from tierline.milestones.terms import terms_of
from tierline.queries.cases import list_cases
from tierline.store.journal import facts_about
from tierline.store.store import Store

STANDS = "CRITICAL\nOur line 2 stands, no inspection at all."


class Promised(Desk):
    """A desk whose cases are held to a catalog that is published."""

    def receive(self, new: NewMail, now: datetime = NOW) -> Received:
        terms = terms_of(self.catalog)
        statement = portable_terms(terms, set(terms.tiers), (2024, 2030))
        promise = CasePromise(
            CoverageState.covered, "contract_1", "priority", terms.severities, statement
        )
        return self.do(receive_mail, new, lambda *_: promise, now=now, by="mail")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Promised(store)


def lifted(desk: Desk) -> list[dict[str, object]]:
    found = desk.store.read(lambda it: facts_about(it, desk.lattice, as_of=NOW))
    return [dict(each.body) for each in found if each.kind == "CaseCalledCritical"]


def said(desk: Desk, own: str = STANDS, **changes: object) -> Mail:
    return desk.came(answer_to("one@kestrel.example", own=own, whole=own, **changes))


def test_the_first_answer_says_how_to_say_that_it_is_critical(desk: Desk) -> None:
    case = desk.case(desk.came(FIRST))
    texts = desk.read(lambda reads: reads.cases.messages(case.id))
    assert "Answer with the word CRITICAL" in texts[-1].text


def test_the_word_lifts_the_case_by_the_table_and_is_recorded_and_told(desk: Desk) -> None:
    desk.came(FIRST)
    mail = said(desk)
    case = desk.case(mail)
    (fact,) = lifted(desk)
    assert fact["was"] == case.events[0].value
    assert fact["severity"] == case.standing.severity != fact["was"]
    (triage,) = desk.read(lambda reads: reads.triage.of_case(case.id))
    assert (triage.is_customers, triage.answers["uptime_impact"]) == (True, "down")
    assert triage.result.severity == case.standing.severity
    texts = [each.text for each in desk.read(lambda reads: reads.cases.messages(case.id))]
    assert texts[-1].startswith("You say that it is critical: it is ")
    assert case.heard_at is None


def test_the_first_mail_may_say_it_already(desk: Desk) -> None:
    mail = desk.came(answer_to(number=3, own=STANDS, whole=STANDS))
    assert len(lifted(desk)) == 1
    assert EventKind.severity_changed in desk.kinds(mail)
    case = desk.case(mail)
    said_in = desk.read(lambda reads: reads.cases.messages(case.id))
    told = [each.text for each in said_in if each.is_public]
    assert len(told) == 2, "what they wrote, and one answer"
    assert told[1].startswith("We have your message.")
    assert f"You say that it is critical: it is {case.standing.severity} now" in told[1]
    assert "It was raised as" not in told[1]
    assert "Answer with the word CRITICAL" not in told[1]


def test_a_case_that_was_called_critical_waits_to_be_triaged_and_its_clocks_run_as_such(
    desk: Desk,
) -> None:
    mail = desk.came(answer_to(number=3, own=STANDS, whole=STANDS))
    case, worst = desk.case(mail), desk.case(mail).standing.severity
    assert (case.standing.is_triaged, case.standing.state) == (False, CaseState.new)
    found = desk.read(lambda reads: milestones_of(case.history, reads.cases.terms(case.terms), NOW))
    assert {each.severity for each in found} == {worst}
    facts = desk.store.read(lambda it: facts_about(it, desk.lattice, as_of=NOW))
    assert "CaseTriaged" not in [each.kind for each in facts]
    listed = desk.read(lambda reads: list_cases(reads.snapshot, state=CaseState.new))
    assert [(each.id, each.severity) for each in listed.items] == [(case.id, worst)]
    order = TriageOrder(answers={"business_impact": "stopped", "urgency": "now"})
    desk.do(triage_case, case.id, order)
    agreed = desk.case(mail)
    assert (agreed.standing.is_triaged, agreed.standing.state) == (True, CaseState.open)
    assert desk.kinds(mail).count(EventKind.severity_set) == 1


def test_what_we_agreed_on_is_not_lifted_and_is_noted_among_us(desk: Desk) -> None:
    case = desk.case(desk.came(FIRST))
    desk.do(set_severity, case.id, case.standing.severity)
    mail = said(desk)
    assert desk.case(mail).standing.severity == case.standing.severity
    assert desk.kinds(mail)[-1] is EventKind.private_note
    assert lifted(desk) == []


def test_a_machine_that_says_it_lifts_nothing(desk: Desk) -> None:
    desk.came(answer_to(number=4, own=STANDS, whole=STANDS, kind=MailKind.automatic_reply))
    assert lifted(desk) == []
