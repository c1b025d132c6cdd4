from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hook_server import Hook, hook_server
from standardwebhooks import Webhook as Verifier

from tierline.actions import webhooks as actions
from tierline.actions.accounts import AccountDetails, change_account, open_account
from tierline.actions.webhooks import WebhookDetails
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.webhooks import WebhookPost, secret_box
from tierline.connectors.webhook_sender import WebhookSender
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.queries.webhooks import messages_of
from tierline.store.journal import facts_about
from tierline.webhooks.attempt import Message
from tierline.webhooks.webhook import Webhook
from tierline.worker.kinds import worker_of
from tierline.worker.loop import Worker

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
HOUR = timedelta(hours=1)


class Clock:
    """The application's clock, moved by hand."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as running:
        yield running


@pytest.fixture
def application(address: str) -> Iterator[Application]:
    with open_application(database=address) as opened:
        opened.now = Clock(opened.now())  # type: ignore[method-assign]  # time passes by hand
        yield opened


@pytest.fixture
def worker(application: Application) -> Worker:
    return worker_of(
        application, WebhookPost(application, sender=WebhookSender(allows_private=True))
    )


def add(application: Application, hook: Hook, **details: object) -> tuple[Webhook, str]:
    stated = WebhookDetails(url=hook.address, allows_plain=True, **details)  # type: ignore[arg-type]  # the fields are the caller's
    return application.change(
        lambda records: actions.add_webhook(
            records, stated, secret_box(), application.occasion("admin")
        )
    )


def account(application: Application, name: str = "Pine") -> str:
    details = AccountDetails(name=name)
    return application.change(
        lambda records: open_account(records, details, application.occasion("admin"))
    ).id


def pass_time(application: Application, length: timedelta) -> None:
    application.now.now += length  # type: ignore[attr-defined]  # the clock of these tests


def work(worker: Worker) -> None:
    """All that is due now."""
    while worker.do_duties():
        pass
    while sum(worker.work(lane) for lane in worker.lanes):
        pass


def messages(application: Application, webhook: Webhook) -> list[Message]:
    page = application.read(
        lambda reads: messages_of(reads.snapshot, webhook.id, after=None, limit=100)
    )
    return list(page.items)


def test_a_fact_reaches_who_asked_for_it_once_and_signed(
    application: Application, worker: Worker, hook: Hook
) -> None:
    webhook, secret = add(application, hook, kinds=("AccountOpened",))
    opened = account(application)
    work(worker)
    work(worker)
    ((headers, content),) = hook.got
    said = Verifier(secret).verify(content, headers)
    assert (said["type"], said["data"]["subject"]) == ("AccountOpened", opened)
    (message,) = messages(application, webhook)
    assert (message.id, message.state) == (headers["webhook-id"], "delivered")
    assert application.read(lambda reads: reads.due_work.waiting()).keys() == {"duties"}


def is_signed(secret: str, headers: dict[str, str], content: bytes) -> None:
    """The library's own signature over the same content and timestamp must be one of ours."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"])).astimezone()
    expected = Verifier(secret).sign(headers["webhook-id"], at, content.decode())
    assert expected in headers["webhook-signature"].split(" ")


def test_a_fact_of_another_account_or_kind_is_not_told(
    application: Application, worker: Worker, hook: Hook
) -> None:
    pine, oak = account(application), account(application, "Oak")
    add(application, hook, account=pine)
    for each in (oak, pine):
        rename(application, each)
    work(worker)
    assert [content.count(pine.encode()) > 0 for _, content in hook.got] == [True]


def rename(application: Application, account: str) -> None:
    details = AccountDetails(name="Elm")
    application.change(
        lambda records: change_account(records, account, details, application.occasion("admin"))
    )


def test_a_failing_address_is_tried_on_the_schedule_then_disabled_and_can_be_replayed(
    application: Application, worker: Worker, hook: Hook
) -> None:
    webhook, _ = add(application, hook, kinds=("AccountOpened",))
    hook.answers = [500]
    account(application)
    work(worker)
    seconds = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
    for number, wait in enumerate(seconds, start=1):
        assert len(hook.got) == number, messages(application, webhook)
        pass_time(application, timedelta(seconds=wait * 0.99))
        work(worker)
        assert len(hook.got) == number, "tried too early"
        pass_time(application, timedelta(seconds=wait * 0.12))
        work(worker)
    assert len(hook.got) == 10
    pass_time(application, 100 * HOUR)
    work(worker)
    assert len(hook.got) == 10
    assert len({headers["webhook-id"] for headers, _ in hook.got}) == 1
    after = application.read(lambda reads: reads.webhooks.get(webhook.id))
    assert after.disabled_because == "no attempt succeeded (status 500)"
    facts = application.read(
        lambda reads: facts_about(reads.snapshot, webhook.id, as_of=application.now())
    )
    assert [fact.kind for fact in facts] == ["WebhookAdded", "WebhookDisabled"]
    (message,) = messages(application, webhook)
    with pytest.raises(Conflict, match="disabled"):
        replay(application, webhook, message)
    enable(application, hook, webhook)
    hook.answers = [200]
    replay(application, webhook, message)
    work(worker)
    assert len(hook.got) == 11
    assert hook.got[10][0]["webhook-id"] == message.id
    assert hook.got[10][1] == hook.got[0][1]
    assert messages(application, webhook)[0].state == "delivered"
    attempts = application.read(lambda reads: reads.webhooks.attempts_of(message.id))
    assert [each.status for each in attempts] == [500] * 10 + [200]


def replay(application: Application, webhook: Webhook, message: Message) -> None:
    application.change(
        lambda records: actions.replay(
            records, webhook.id, message.id, application.occasion("admin")
        )
    )


def enable(application: Application, hook: Hook, webhook: Webhook) -> None:
    details = WebhookDetails(url=hook.address, kinds=webhook.kinds, allows_plain=True)
    application.change(
        lambda records: actions.change_webhook(
            records, webhook.id, details, application.occasion("admin")
        )
    )


def test_a_message_that_waits_is_not_replayed_and_one_of_another_webhook_neither(
    application: Application, worker: Worker, hook: Hook
) -> None:
    webhook, _ = add(application, hook, kinds=("AccountOpened",))
    other, _ = add(application, hook, kinds=("CaseOpened",))
    hook.answers = [500]
    account(application)
    work(worker)
    (message,) = messages(application, webhook)
    with pytest.raises(Conflict, match="waits"):
        replay(application, webhook, message)
    with pytest.raises(Invalid, match="another webhook"):
        replay(application, other, message)


def test_who_answers_410_is_never_called_again(
    application: Application, worker: Worker, hook: Hook
) -> None:
    webhook, _ = add(application, hook, kinds=("AccountOpened",))
    hook.answers = [410]
    account(application)
    account(application, "Oak")
    work(worker)
    pass_time(application, 100 * HOUR)
    work(worker)
    assert len(hook.got) == 1
    states = [message.state for message in messages(application, webhook)]
    assert states == ["given_up", "given_up"]
    enable(application, hook, webhook)
    hook.answers = [204]
    since = application.now() - 200 * HOUR
    count = application.change(
        lambda records: actions.replay_since(
            records, webhook.id, since, application.occasion("admin")
        )
    )
    work(worker)
    assert (count, len(hook.got)) == (2, 3)


def test_a_renewed_secret_and_the_old_one_both_sign_for_a_day(
    application: Application, worker: Worker, hook: Hook
) -> None:
    webhook, old = add(application, hook, kinds=("AccountOpened",))
    new = application.change(
        lambda records: actions.renew_secret(
            records, webhook.id, secret_box(), application.occasion("admin")
        )
    )
    account(application)
    work(worker)
    pass_time(application, 25 * HOUR)
    account(application, "Oak")
    work(worker)
    (first, content), (second, later) = hook.got
    for secret in (old, new):
        is_signed(secret, first, content)
    assert len(second["webhook-signature"].split(" ")) == 1
    is_signed(new, second, later)


def test_a_removed_webhook_leaves_nothing_to_do(
    application: Application, worker: Worker, hook: Hook
) -> None:
    webhook, _ = add(application, hook, kinds=("AccountOpened",))
    hook.answers = [500]
    account(application)
    work(worker)
    application.change(
        lambda records: actions.remove_webhook(records, webhook.id, application.occasion("admin"))
    )
    pass_time(application, HOUR)
    work(worker)
    assert len(hook.got) == 1
    with pytest.raises(NotFound):
        application.read(lambda reads: reads.webhooks.get(webhook.id))


def test_facts_that_nobody_asked_for_are_passed_by(
    application: Application, worker: Worker, hook: Hook
) -> None:
    account(application)
    work(worker)
    add(application, hook)
    pass_time(application, HOUR)
    work(worker)
    assert [b"AccountOpened" in content for _, content in hook.got] == [False]


def test_the_log_is_kept_for_a_month(application: Application, worker: Worker, hook: Hook) -> None:
    webhook, _ = add(application, hook, kinds=("AccountOpened",))
    account(application)
    work(worker)
    pass_time(application, timedelta(days=31))
    account(application, "Oak")
    work(worker)
    pass_time(application, HOUR * 7)
    work(worker)
    assert len(messages(application, webhook)) == 1


def test_who_does_not_answer_holds_up_nobody_else(application: Application, hook: Hook) -> None:
    sender = WebhookSender(allows_private=True, seconds=1.2)
    worker = worker_of(application, WebhookPost(application, sender=sender))
    with hook_server() as slow:
        slow.slow_seconds = 5
        slow_hook, _ = add(application, slow, kinds=("AccountOpened",))
        add(application, hook, kinds=("AccountOpened",))
        for number in range(20):
            account(application, f"Pine {number}")
        began = time.monotonic()
        work(worker)
        assert time.monotonic() - began < 10
        assert (len(hook.got), len(slow.got)) == (20, 1)
        log = messages(application, slow_hook)
    attempts = application.read(
        lambda reads: [len(reads.webhooks.attempts_of(each.id)) for each in log]
    )
    assert sum(attempts) == 1
    assert {each.state for each in log} == {"waiting"}


def test_a_secret_is_not_readable_in_the_database(application: Application, hook: Hook) -> None:
    webhook, secret = add(application, hook)
    kept = application.read(lambda reads: reads.webhooks.secrets_of(webhook.id))
    assert secret not in kept.secret
    assert actions.open_secrets(webhook.id, kept, secret_box(), application.now()) == (secret,)
