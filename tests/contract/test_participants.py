"""Copies of answers, followers, and cases that go together, on both databases."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from mail_box import MailBox
from mails import mail
from people import NOW, People
from small_world import terms

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_links import SplitOrder, merge_case, split_case, unmerge_case
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import CasePromise
from tierline.actions.cases import US, Speaker, resolve, say, wait
from tierline.actions.occasion import Occasion
from tierline.actions.participants import add_copy, remove_copy
from tierline.bootstrap.application import open_application
from tierline.bootstrap.feedback import feedback_path
from tierline.bootstrap.letters import post_of
from tierline.bootstrap.mails import receive
from tierline.cases.case import Case
from tierline.cases.channel import Channel
from tierline.cases.event import EventKind
from tierline.cases.mail import MailOutcome
from tierline.cases.standing import CaseState
from tierline.kernel.errors import Conflict, Invalid
from tierline.milestones.portable import portable_terms
from tierline.worker.kinds import worker_of

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)),
)
CUSTOMER = Speaker(is_customer=True)
LATER = NOW + timedelta(hours=3)


def opened(people: People, subject: str, account: str | None = None) -> Case:
    order = CaseOrder(
        channel=Channel.portal,
        subject=subject,
        text=f"{subject}.",
        account=account or people.lattice,
        severity="S2",
    )
    return people.do(open_case, order, PROMISE)


def case_of(people: People, case: Case) -> Case:
    found: Case = people.read(lambda reads: reads.cases.get(case.id))
    return found


def said(people: People, case: Case) -> list[str]:
    messages = people.read(lambda reads: reads.cases.messages(case.id))
    return [each.text for each in messages if each.is_public]


def test_what_is_done_in_one_case_is_done_in_those_that_go_with_it(people: People) -> None:
    main, other = opened(people, "Line 3 stands"), opened(people, "Line 3 does not move")
    people.do(merge_case, other.id, main.id)
    people.do(say, main.id, "We look.", US, now=LATER)
    people.do(say, main.id, "Among us.", US, now=LATER, is_public=False)
    assert said(people, other) == ["Line 3 does not move.", "We look."]
    assert case_of(people, other).heard_at == LATER
    people.do(say, other.id, "Since noon.", CUSTOMER, now=LATER)
    assert said(people, main) == ["Line 3 stands.", "We look.", "Since noon."]
    people.do(wait, main.id, "waiting_on_customer", "Which line?", now=LATER)
    assert case_of(people, other).standing.state is CaseState.waiting
    people.do(say, other.id, "The third.", CUSTOMER, now=LATER)
    states = {case_of(people, each).standing.state for each in (main, other)}
    assert states == {CaseState.open}
    people.do(resolve, main.id, "Restarted.", "A rollback costs a shift.", now=LATER)
    assert case_of(people, other).standing.state is CaseState.resolved
    assert said(people, other)[-1] == "Restarted."


def test_a_merge_is_undone_exactly_and_what_cannot_be_merged_is_told_why(people: People) -> None:
    main, other = opened(people, "Line 3 stands"), opened(people, "Line 3 does not move")
    with pytest.raises(Invalid):
        people.do(merge_case, main.id, main.id)
    people.do(merge_case, other.id, main.id)
    third = opened(people, "Line 3 again")
    for case, into in ((other, third), (third, other), (main, third)):
        with pytest.raises(Conflict) as caught:
            people.do(merge_case, case.id, into.id)
        assert caught.value.code == "merged"
    people.do(unmerge_case, other.id)
    people.do(say, main.id, "Only here.", US, now=LATER)
    after = case_of(people, other)
    kinds = [event.kind for event in after.events]
    assert kinds == [EventKind.opened, EventKind.private_note, EventKind.private_note]
    assert after.standing.state is CaseState.new
    stranger = opened(people, "Elsewhere", people.account("Oak"))
    with pytest.raises(Conflict) as caught:
        people.do(merge_case, stranger.id, main.id)
    assert caught.value.code == "two_accounts"


def test_a_message_is_split_off_into_a_case_with_clocks_from_when_it_came(people: People) -> None:
    case = opened(people, "Line 3 stands")
    came = NOW + timedelta(minutes=40)
    people.do(say, case.id, "And the export is wrong.", CUSTOMER, now=came)
    first, later = people.read(lambda reads: reads.cases.messages(case.id))
    order = SplitOrder(later.id, "The export is wrong")
    occasion = Occasion(now=LATER, by="user_1", randomness=secrets.randbits)

    def split(order: SplitOrder) -> Case:
        made: Case = people.do(
            lambda records: split_case(records, case.id, order, lambda *_: PROMISE, occasion)
        )
        return made

    made = split(order)
    assert made.events[0].at == came
    assert (made.account, made.subject) == (people.lattice, "The export is wrong")
    assert said(people, made) == ["And the export is wrong."]
    with pytest.raises(Conflict):
        split(order)
    with pytest.raises(Invalid):
        split(SplitOrder(first.id, "What it began with"))


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_copy_goes_to_a_stranger_who_reads_public_words_alone_and_may_answer(
    address: str, box: MailBox
) -> None:
    with open_application(database=address) as app:
        app.access.post = post_of(f"smtp://127.0.0.1:{box.port}", "support@vendor.example")
        case = receive(app, mail()).mail.case
        assert case is not None
        at = app.occasion("user_1")
        app.change(lambda records: add_copy(records, case, " Bo@Else.example", at))
        app.change(lambda records: say(records, case, "Among us.", US, at, is_public=False))
        app.change(lambda records: say(records, case, "Which firmware?", US, at))
        worker = worker_of(app)
        (lane,) = (each for each in worker.lanes if each.name == "case mails")
        while worker.work(lane):
            pass
        first, answer = box.mails
        assert first["Cc"] is None  # what a machine says goes to nobody else
        assert (answer["To"], answer["Cc"]) == ("ada@kestrel.example", "bo@else.example")
        assert "Among us." not in answer.get_content()
        back = mail(
            "Two.\r\n",
            From="bo@else.example",
            **{"Message-ID": "<b@else.example>", "In-Reply-To": answer["Message-ID"]},
        )
        joined = receive(app, back).mail
        assert (joined.outcome, joined.case) == (MailOutcome.joined, case)
        app.change(lambda records: remove_copy(records, case, "bo@else.example", at))
        app.change(lambda records: say(records, case, "Thank you.", US, app.occasion("user_1")))
        last = app.read(lambda reads: reads.sent_mails.of_case(case))[-1]
        assert last.copies == ()
        app.change(lambda records: resolve(records, case, "Swapped it.", None, at))
        while worker.work(lane):
            pass
        texts = [each.get_content() for each in box.mails]
        (words,) = [each for each in texts if each.startswith("Swapped it.")]
        assert "is resolved. If it is not, answer this mail: that opens it again." in words
        assert f"How did we do? {app.access.address}{feedback_path(case)}" in words
