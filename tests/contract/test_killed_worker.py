"""`kill -9` of a worker, wherever it is: nothing is lost, no breach is missed, and what may have
arrived twice has one id and is counted."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hook_server import Hook, hook_server
from mail_box import MailBox, mail_box
from mails import mail
from mortal_workers import FIRST_LIVES, STEP_BY, Life, Nursery
from small_offer import offer

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.notice_choices import ChoiceOrder, choose_notices
from tierline.actions.participants import follow
from tierline.actions.routing_plans import publish_plan
from tierline.actions.webhooks import WebhookDetails, add_webhook
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.mails import receive
from tierline.bootstrap.webhooks import secret_box
from tierline.catalog.document import parse_document
from tierline.store.engine import is_file
from tierline.store.records import Records

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
TARGET = timedelta(minutes=10)
SENDS = ("webhook_message", "letter", "case mail")
POINTS = (
    *((kind, at) for kind in SENDS for at in ("claimed", "read", "done", "written", "committed")),
    *(
        (kind, at)
        for kind in ("case notices", "case clock", "case clocks", "seal", "publish")
        for at in ("claimed", "done", "written", "committed")
    ),
    ("publish", "published"),
)
"""What a worker does, and how far it has come: `done` is sent and taken but not written down. Of
clocks and notices it does several in one unit."""
CALLS = {
    **{point: 1 for point in POINTS if point[0] in ("letter", "case notices")},
    ("case clock", "claimed"): 1,
    ("case clocks", "claimed"): 3,
}
"""How many targets have to be missed for that, where no row is left of who died before."""
TAKEN = ("done", "written")
"""Where the other side has it and we have not written that down."""
MICROSECOND = timedelta(microseconds=1)
TOLD = ("MilestoneBreached", "MilestoneWarned", "CaseAnswered")
"""Of which facts the webhook hears."""
PLAN = "roles: {Support lead: {shifts: [{people: [lea@vendor.example]}]}}"


@dataclass
class World:
    """An installation whose workers die, and those outside who keep what they took."""

    database: str
    hook: Hook
    box: MailBox
    workers: Nursery
    account: str = ""
    talk: str = ""
    now: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    kills: int = 0

    def live(self, **stated: object) -> tuple[bool, int]:
        """The next worker, a while after the last."""
        self.now += STEP_BY
        life = Life(
            database=self.database,
            now=self.now.isoformat(),
            account=self.account,
            talk=self.talk,
            mail_server=f"smtp://127.0.0.1:{self.box.port}",
        )
        was_killed, steps = self.workers.live(replace(life, **stated))  # type: ignore[arg-type]  # fields of a Life
        self.kills += was_killed
        return was_killed, steps

    def rest(self) -> None:
        """Workers who live as long as there is something to do; by now nobody found out either who
        wrote the mail."""
        self.now += timedelta(hours=5)
        for _ in range(3):
            assert not self.live()[0]


@pytest.fixture
def world(address: str, workers: Nursery) -> Iterator[World]:
    with hook_server() as hook, mail_box() as box:
        made = World(address, hook, box, workers)
        with open_application(database=address) as opened:
            fill(made, opened)
        for _ in range(FIRST_LIVES):
            made.live(cases=1, answers=1)
        yield made


def fill(world: World, opened: Application) -> None:
    """A customer with a target of ten minutes, a case that came by mail, somebody who is called,
    and a webhook."""
    targets = [{"severity": "S1", "milestone": "acknowledge", "within": "PT10M"}]
    tier = {
        "name": "Priority",
        "hours": "always",
        "targets": targets,
        "escalation": {"any": "tree"},
    }
    tree = {"name": "Tree", "levels": [{"role": "Support lead", "after_percent": 50}]}
    catalog = offer(
        tiers={"priority": tier}, add_ons={}, warn_at_percent=[50], escalation={"tree": tree}
    )
    made, _ = opened.access.invite("lea@vendor.example", frozenset({Role.lead}), None, operator())
    opened.access.accept(made.secret, "Lea", None, "four boring words here")
    plan = parse_document(PLAN, "plan.yaml")
    occasion, start = opened.occasion(), datetime(2025, 1, 1, tzinfo=UTC)
    details = WebhookDetails(url=world.hook.address, kinds=TOLD, allows_plain=True)

    def work(records: Records) -> str:
        publish_catalog(records, catalog, occasion)
        account = open_account(records, AccountDetails(name="Pine"), occasion).id
        order = ContractOrder(account=account, catalog="acme", tier="priority", start=start)
        sign_contract(records, order, occasion)
        publish_plan(records, plan, occasion)
        add_webhook(records, details, secret_box(), occasion)
        return account

    world.account = opened.change(work)
    world.talk = receive(opened, mail()).mail.case or ""
    world.now = opened.now()


Row = tuple[Any, ...]


def rows(opened: Application, question: str) -> list[Row]:
    return opened.read(
        lambda reads: [tuple(row) for row in reads.snapshot.execute(sa.text(question))]
    )


def facts(opened: Application, kind: str) -> list[Row]:
    """Id, instant in microseconds and body of every fact of a kind."""
    found = rows(opened, "SELECT id, at, body, kind FROM fact")
    return [(id_, at, json.loads(body)) for id_, at, body, of in found if of == kind]


def expect_all_told(world: World) -> Counter[str]:
    """Nothing was lost, no breach missed, and nothing came again but under its own id, counted; how
    often what came again."""
    with open_application(database=world.database) as opened:
        assert rows(opened, "SELECT id, error FROM due_work WHERE lane <> 'duties'") == []
        assert len(facts(opened, "CaseIdentificationOverdue")) == 1
        expect_each_breach_once(opened)
        messages = expect_a_message_for_each_fact(opened)
        letters = expect_a_letter_for_each_notice(opened)
        expect_each_notice_in_one_letter(world, opened)
        mails = expect_each_answer_sent(opened)
        counted = Counter(
            subject
            for (subject,) in rows(opened, "SELECT subject FROM fact WHERE kind = 'SentAgain'")
        )
    taken = Counter(headers["webhook-id"] for headers, _ in world.hook.got)
    assert taken.keys() == messages
    by_mail = Counter(str(each["Message-ID"])[1:].partition("@")[0] for each in world.box.mails)
    assert by_mail.keys() == letters | mails
    again = Counter({id_: times - 1 for id_, times in (taken + by_mail).items() if times > 1})
    assert again <= counted
    expect_the_same_content(world)
    assert counted.total() <= world.kills
    return again


def expect_each_breach_once(opened: Application) -> None:
    """With the microsecond in which it became true."""
    cases = rows(opened, "SELECT id, opened_at FROM support_case WHERE channel = 'portal'")
    due = {case: at + TARGET // MICROSECOND + 1 for case, at in cases}
    told = [(body["case"], at) for _, at, body in facts(opened, "MilestoneBreached")]
    assert sorted(told) == sorted(due.items())
    warned = [body["case"] for _, _, body in facts(opened, "MilestoneWarned")]
    assert Counter(warned) <= Counter(due.keys())


def expect_a_message_for_each_fact(opened: Application) -> set[str]:
    told = [id_ for kind in TOLD for id_, _, _ in facts(opened, kind)]
    messages = rows(opened, "SELECT id, fact_id, delivered_at FROM webhook_message")
    assert sorted(fact for _, fact, _ in messages) == sorted(told)
    assert all(delivered for _, _, delivered in messages)
    return {id_ for id_, _, _ in messages}


def expect_a_letter_for_each_notice(opened: Application) -> set[str]:
    """Somebody is called to every case that nobody acknowledged."""
    notices = rows(opened, "SELECT case_id, about, told_at FROM case_notice")
    assert all(told for _, _, told in notices)
    cases = rows(opened, "SELECT id FROM support_case WHERE channel = 'portal'")
    assert {case for case, _, _ in notices} == {case for (case,) in cases}
    letters = rows(opened, "SELECT id, sent_at FROM letter WHERE kind = 'case_notice'")
    assert all(sent for _, sent in letters)
    return {id_ for id_, _ in letters}


def expect_each_notice_in_one_letter(world: World, opened: Application) -> None:
    """Several that waited together are one letter."""
    notices = Counter(case for (case,) in rows(opened, "SELECT case_id FROM case_notice"))
    texts = {
        str(each["Message-ID"]): each.get_body(("plain",)).get_content() for each in world.box.mails
    }
    ids = [case for text in texts.values() for case in re.findall(r"/cases/(case_\w+)", text)]
    assert Counter(ids) == notices


def expect_each_answer_sent(opened: Application) -> set[str]:
    said = rows(opened, "SELECT id FROM case_message WHERE text LIKE 'Answer %'")
    mails = rows(opened, "SELECT id, sent_at FROM sent_mail")
    assert all(sent for _, sent in mails)
    found = {id_ for id_, _ in mails}
    assert {id_ for (id_,) in said} <= found
    return found


def expect_the_same_content(world: World) -> None:
    by_id: dict[str, set[bytes]] = {}
    for headers, content in world.hook.got:
        by_id.setdefault(headers["webhook-id"], set()).add(content)
    assert all(len(contents) == 1 for contents in by_id.values())


def test_killed_at_each_point_nothing_is_lost_and_what_comes_again_is_known(world: World) -> None:
    for point, following in itertools.zip_longest(POINTS, POINTS[1:]):
        calls = CALLS.get(following, 0)  # they are missed when the next worker lives
        assert world.live(cases=calls, answers=1, point=point)[0], point
    world.rest()
    assert expect_all_told(world).total() == len(SENDS) * len(TAKEN)


def test_killed_at_each_point_there_is_one_digest_a_day_with_all_that_happened(
    world: World,
) -> None:
    with open_application(database=world.database) as opened:
        opened.change(lambda records: want_follows_in_a_digest(records, world.talk, opened))
    points: tuple[str | None, ...] = ("claimed", "done", "written", "committed", None)
    days = [datetime(2025, 1, day, 8, tzinfo=UTC) for day in (2, 3, 6, 7, 8)]  # no Saturday
    for point, day in zip(points, days, strict=True):
        world.now = day - STEP_BY
        world.live(answers=1)
        was_killed, _ = world.live(point=("digest", point) if point else None)
        assert was_killed is (point is not None)
        world.live()  # takes up what was left
    digests = [each for each in world.box.mails if str(each["Subject"]).startswith("Your day")]
    assert len({str(each["Message-ID"]) for each in digests}) == len(digests) == len(days)
    texts = [each.get_body(("plain",)).get_content() for each in digests]
    assert [text.count("which you follow: ") for text in texts] == [1] * len(days)


def want_follows_in_a_digest(records: Records, case: str, opened: Application) -> None:
    occasion = replace(opened.occasion(), now=datetime(2025, 1, 1, 9, tzinfo=UTC))
    lea = records.users.by_email("lea@vendor.example")
    assert lea is not None
    follow(records, case, lea.id, occasion)
    order = ChoiceOrder(ways={"follows": "digest"})
    choose_notices(
        records, lea.id, order, replace(occasion, now=datetime(2025, 1, 1, 9, tzinfo=UTC))
    )


def test_killed_at_random_points_nothing_is_lost(world: World) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(2**32))
    kills = int(os.environ.get("KILLS") or (50 if is_file(world.database) else 8))
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated
    _, steps = world.live(answers=1)
    while world.kills < kills:
        step, after_us = chance.randrange(1, steps), chance.choice((0, chance.randrange(3_000)))
        world.live(cases=chance.randrange(2), answers=1, step=step, after_us=after_us)
    world.rest()
    again = expect_all_told(world).total()
    print(f"seed {seed}: {world.kills} killed within {steps} steps, {again} came again")  # noqa: T201 - to repeat it
