"""Workers that are killed where they are told to. This program imports the application once, and
forks a worker for each line that it reads: `kill -9` hits one that has just begun, for little.

A line is a `Life` as JSON; the answer says whether the worker was killed, and how many steps it
made. A step is what a crash may fall between: a statement, a commit, bytes to or from a socket.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

SUPPORT = Path(__file__).parent
DESK = "support@vendor.example"
FIRST_LIVES = 2
"""Of those on one database; they must not die."""
STEP_BY = timedelta(minutes=11)
"""Between two lives: longer than a lease, and than the target of the cases that they open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a worker does until it dies: at its clock `now` it opens `cases`, says `answers` in
    `talk`, fetches mail from the mailbox `fetch` if one is named, and works until nothing is due.
    It dies at a `point` (what it works on, and how far it is), or so many microseconds after a
    step; neither: of old age."""

    database: str
    now: str
    account: str
    talk: str
    mail_server: str
    cases: int = 0
    answers: int = 0
    fetch: str = ""
    point: tuple[str, str] | None = None
    step: int = 0
    after_us: int = 0


@dataclass
class Nursery:
    """Where workers come from."""

    process: subprocess.Popen[str]

    def live(self, life: Life) -> tuple[bool, int]:
        """Whether it was killed, and the steps of one that was not."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asdict(life)) + "\n")
        self.process.stdin.flush()
        was_killed, steps = json.loads(self.process.stdout.readline())
        return was_killed, steps


@contextmanager
def nursery() -> Iterator[Nursery]:
    """The program, with the application imported, until the end."""
    environment = {"TIERLINE_WEBHOOKS_TO_PRIVATE": "1"}
    with subprocess.Popen(
        [sys.executable, str(SUPPORT / "mortal_workers.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | environment,
        text=True,
    ) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Steps:
    """Counts what this process does, from the first worker's work on, and dies where it shall."""

    def __init__(self, life: Life) -> None:
        self.made = 0
        self._life = life

    def one(self, *_: Any, **__: Any) -> None:
        self.made += 1
        if self.made == self._life.step:
            threading.Thread(target=self._die_soon, daemon=True).start()
            if not self._life.after_us:
                time.sleep(60)

    def _die_soon(self) -> None:
        time.sleep(self._life.after_us / 1e6)
        die()

    def around(self, of: Any, name: str) -> None:
        """Count one before a call and one after it."""
        call = getattr(of, name)

        def counted(*stated: Any, **more: Any) -> Any:
            self.one()
            try:
                return call(*stated, **more)
            finally:
                self.one()

        setattr(of, name, counted)

    def watch(self) -> None:
        import sqlalchemy as sa

        from tierline.store.writer import Writer

        for event in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(sa.Engine, event, self.one)
        self.around(Writer, "_commit_together")
        for name in ("send", "sendall", "recv", "recv_into", "connect"):
            self.around(socket.socket, name)


def lives(life: Life, *, may_die: bool) -> int:
    """The whole life of a worker; its steps, where they are counted."""
    from tierline.bootstrap import imports
    from tierline.bootstrap.application import open_application
    from tierline.bootstrap.letters import post_of
    from tierline.kernel import clock
    from tierline.worker.kinds import worker_of

    os.environ["TIERLINE_MAIL_FETCH"] = life.fetch
    imports.CASES_AT_ONCE = 1  # so that few cases are imported in many parts
    now, began = datetime.fromisoformat(life.now), time.monotonic()
    later = [0.0]
    clock.now = lambda: now + timedelta(seconds=time.monotonic() - began + later[0])
    steps = Steps(life)
    with open_application(database=life.database) as application:
        application.access.post = post_of(life.mail_server, DESK)
        feed(application, life)
        if may_die:
            steps.watch()
        if life.point is not None:
            mark(*life.point)
        worker = worker_of(application)
        worker.duties = [each for each in worker.duties if each.name in ("seal", "publish")]
        idle = 0
        while idle < 2:
            done = sum(worker.work(lane) for lane in worker.lanes) + worker.do_duties()
            idle = 0 if done else idle + 1
            later[0] += 1.5  # duties are due once a second
    return steps.made


def feed(application: Any, life: Life) -> None:
    """What comes in while it lives, before anything goes wrong."""
    from tierline.actions.case_opening import CaseOrder, open_case
    from tierline.actions.cases import US, say
    from tierline.bootstrap.cases import promise_now
    from tierline.cases.channel import Channel

    occasion = application.occasion()
    order = CaseOrder(
        channel=Channel.portal, subject=f"At {life.now}", text="It stands.",
        account=life.account, severity="S1",
    )  # fmt: skip

    def work(records: Any) -> None:
        for _ in range(life.cases):
            promise = promise_now(application, records, life.account, occasion)
            open_case(records, order, promise, occasion)
        for number in range(life.answers):
            say(records, life.talk, f"Answer {number} of {life.now}", US, occasion)

    application.change(work)


def mark(kind: str, where: str) -> None:
    """Have this process die once it works on a row of a kind and is so far: `claimed` (and nothing
    begun), `read` (and not sent), `done` (sent and taken, or worked out; not written), `written`
    (in a unit that is not committed), `committed`."""
    from tierline.actions import webhooks
    from tierline.connectors.mail.server import MailPost
    from tierline.connectors.webhook_sender import WebhookSender
    from tierline.worker import loop

    now_on: list[str] = [""]
    do, settle, publish = loop.Worker._do, loop.settle, webhooks.publish
    do_together, settle_together = loop.Worker._do_together, loop.settle_together

    def die_at(place: str) -> None:
        if where == place and now_on[0] == kind:
            die()

    def marked_do(worker: Any, claim: Any, handler: Callable[..., Any], *then: Any) -> bool:
        def marked(application: Any, of: Any) -> Any:
            now_on[0] = of.kind
            die_at("claimed")
            settled = handler(application, of)
            die_at("done")
            return settled

        is_begun = do(worker, claim, marked, *then)
        die_at("committed")
        now_on[0] = ""
        return bool(is_begun)

    def marked_settle(records: Any, claim: Any, settled: Any) -> None:
        settle(records, claim, settled)
        die_at("written")

    def marked_do_together(worker: Any, claims: Any, together: Callable[..., Any]) -> bool:
        def marked(*stated: Any) -> Any:
            again = together(*stated)
            die_at("done")
            return again

        now_on[0] = f"{claims[0].kind}s"
        die_at("claimed")
        is_done = do_together(worker, claims, marked)
        die_at("committed")
        now_on[0] = ""
        return bool(is_done)

    def marked_settle_together(*stated: Any) -> None:
        settle_together(*stated)
        die_at("written")

    def marked_publish(*stated: Any) -> int:
        count = publish(*stated)
        die_at("published")
        return count

    def marked_send(call: Callable[..., Any]) -> Callable[..., Any]:
        def send(*stated: Any, **more: Any) -> Any:
            die_at("read")
            return call(*stated, **more)

        return send

    mark_visits(die_at)
    loop.Worker._do, loop.settle, webhooks.publish = marked_do, marked_settle, marked_publish
    loop.Worker._do_together = marked_do_together
    loop.settle_together = marked_settle_together
    WebhookSender.send = marked_send(WebhookSender.send)
    MailPost.send, MailPost.carry = marked_send(MailPost.send), marked_send(MailPost.carry)


def mark_visits(die_at: Callable[[str], None]) -> None:
    """A mail in a mailbox is `taken` (recorded, and not marked there), then `put away` (marked, and
    how far we are not remembered)."""
    from tierline.connectors.mailbox import MailboxVisit

    put_away = MailboxVisit._put_away

    def marked(*stated: Any) -> None:
        die_at("taken")
        put_away(*stated)
        die_at("put away")

    MailboxVisit._put_away = marked


def read(line: str) -> Life:
    stated = json.loads(line)
    return Life(**stated | {"point": tuple(stated["point"]) if stated["point"] else None})


def keep_engines() -> None:
    """An engine keeps the statements that it has put into words: the first lives are lived in this
    process, which lets every connection go at their end, and all that follow inherit the words."""
    from tierline.store import dialect

    dialect.file_engine = cache(dialect.file_engine)
    dialect.server_engine = cache(dialect.server_engine)


def born(life: Life) -> tuple[bool, int]:
    """Fork a worker, and wait until its life is over."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, str(lives(life, may_die=True)).encode())
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        steps = told.read()
    was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not was_killed and status:
        raise RuntimeError(f"a worker ended with {status}")
    return was_killed, int(steps or 0)


def main() -> None:
    import imapclient  # noqa: F401 - read once, not by each worker

    import tierline.bootstrap.cases
    import tierline.bootstrap.letters
    import tierline.connectors.mail.server
    import tierline.connectors.mailbox
    import tierline.store.schema
    import tierline.worker.kinds  # noqa: F401

    keep_engines()
    lived: Counter[str] = Counter()
    for line in sys.stdin:
        life = read(line)
        is_first = lived[life.database] < FIRST_LIVES
        answer = (False, lives(life, may_die=False)) if is_first else born(life)
        lived[life.database] += 1
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
