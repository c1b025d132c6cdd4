from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from facts import fact, write

from tierline.bootstrap.application import Application, open_application
from tierline.kernel.errors import Conflict
from tierline.worker.duties import DUTIES
from tierline.worker.lanes import Duty
from tierline.worker.loop import Worker


@pytest.fixture
def application(address: str) -> Iterator[Application]:
    with open_application(database=address) as opened:
        yield opened


def move(application: Application, *, seen: int, to: int) -> None:
    application.change(lambda records: records.outbox.move("mail", seen=seen, to=to))


def test_a_reader_sees_every_sealed_fact_once_and_in_order(application: Application) -> None:
    facts = [fact(minute) for minute in range(7)]
    write(application.store, *facts)
    worker = Worker(application, (), DUTIES)
    worker.do_duties()
    seen = []
    for _ in range(4):
        position = application.read(lambda reads: reads.outbox.position("mail"))
        page = application.read(lambda reads, at=position: reads.outbox.after(at, limit=3))
        seen += [each.fact for each in page]
        if page:
            move(application, seen=position, to=page[-1].position)
    assert seen == sorted(facts, key=lambda one: one.id)
    assert application.read(lambda reads: reads.outbox.head()) == 7


def test_two_that_move_one_reader_do_not_both_succeed(application: Application) -> None:
    move(application, seen=0, to=3)
    with pytest.raises(Conflict):
        move(application, seen=0, to=5)


def test_a_duty_is_done_when_it_is_needed_and_not_before_its_time(
    application: Application,
) -> None:
    done: list[int] = []
    duty = Duty(
        name="count",
        every=timedelta(hours=1),
        is_needed=lambda _: True,
        do=lambda _: done.append(1),
    )
    idle = Duty(
        name="idle", every=timedelta(0), is_needed=lambda _: False, do=lambda _: done.append(2)
    )
    workers = [Worker(application, (), (duty, idle)) for _ in range(2)]
    assert [worker.do_duties() for worker in workers * 2] == [1, 0, 0, 0]
    assert done == [1]


def test_an_idle_worker_writes_nothing(application: Application) -> None:
    Worker(application, (), DUTIES).do_duties()
    assert application.read(lambda reads: reads.due_work.waiting()) == {}
