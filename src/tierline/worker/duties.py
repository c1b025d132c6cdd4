"""Duties: what comes back every so often, and is done by one worker of all."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from tierline.actions import health_reports, open_promises, webhooks
from tierline.actions.imports import KEEP_DETAILS_FOR, KEEP_FILES_FOR
from tierline.actions.routing import route_waiting
from tierline.actions.usage import adopt_usage
from tierline.bootstrap.advice import ask_for_advice
from tierline.bootstrap.care_notices import tell_of_care
from tierline.bootstrap.file_scans import ask_for_scans, has_unasked
from tierline.bootstrap.health_reports import wait_for_reports
from tierline.bootstrap.new_facts import has_new_facts
from tierline.bootstrap.open_promises import follow_contracts
from tierline.bootstrap.performance import has_due_months, publish_due_months
from tierline.bootstrap.shortages import tell_of_shortages
from tierline.bootstrap.subjects import KnownSubjects
from tierline.bootstrap.usage_recount import finish_counting
from tierline.kernel import clock
from tierline.store.idempotency import KEPT_FOR as KEEP_KEYS_FOR
from tierline.store.seals import seal_facts
from tierline.store.unit_of_work import Isolation
from tierline.worker.lanes import Duty
from tierline.worker.loop import BY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

KEEP_MESSAGES_FOR = timedelta(days=30)
KEEP_LETTERS_FOR = timedelta(days=30)
_FORGET_LIMIT_MESSAGES = 1_000
_FORGET_LIMIT_KEYS = 1_000
_FORGET_LIMIT_IMPORTS = 20
_SUBJECTS_AT_ONCE = 500
_SECOND = timedelta(seconds=1)


def _has_unsealed(reads: Reads) -> bool:
    return reads.outbox.has_unsealed()


def _seal(application: Application) -> None:
    seal_facts(application.store)


def _publish(application: Application) -> None:
    while application.change(lambda records: webhooks.publish(records, application.occasion(BY))):
        pass


def _improve_open_cases(application: Application) -> None:
    """Whose contract promises more by now has it on open cases too."""
    follow_contracts(application, application.occasion(BY))


def _wait_for_reports(application: Application) -> None:
    """Whose contract has changed has their next health report waited for."""
    wait_for_reports(application, application.occasion(BY))


def _may_have_care(reads: Reads) -> bool:
    """What is promised of care is worked out from all contracts: once an hour, not at each look."""
    return reads.contracts.are_there_any()


def _tell_of_care(application: Application) -> None:
    """Who sees to care is written to a week before it is due, and a day after a review that yielded
    no advice."""
    tell_of_care(application, application.occasion(BY))
    ask_for_advice(application, application.occasion(BY))


def _has_due_months(reads: Reads) -> bool:
    return has_due_months(reads, clock.now())


def _publish_months(application: Application) -> None:
    """A month that is over is told of, and what is otherwise by now of those before it."""
    publish_due_months(application, application.occasion(BY))


def _has_plan(reads: Reads) -> bool:
    """Who is there in the days to come is worked out once an hour, where people are called."""
    return bool(reads.routing.plan()[0])


def _tell_of_shortages(application: Application) -> None:
    """Who leads the desk is written to two weeks before nobody would be there."""
    tell_of_shortages(application, application.occasion(BY))


def _has_webhooks(reads: Reads) -> bool:
    return bool(reads.webhooks.all())


def _forget(application: Application) -> None:
    """The log of messages is kept for 30 days."""
    for webhook in application.read(lambda reads: reads.webhooks.all()):
        while _forget_some(application, webhook.id):
            pass


def _forget_some(application: Application, webhook: str) -> int:
    made = application.now() - KEEP_MESSAGES_FOR
    return application.change(
        lambda records: records.webhooks.forget_before(webhook, made, limit=_FORGET_LIMIT_MESSAGES)
    )


def _has_old_letters(reads: Reads) -> bool:
    return reads.letters.are_there_before(clock.now() - KEEP_LETTERS_FOR)


def _forget_letters(application: Application) -> None:
    """Whom a letter went to is kept for 30 days."""
    made = application.now() - KEEP_LETTERS_FOR
    while application.change(
        lambda records: records.letters.forget_before(made, limit=_FORGET_LIMIT_MESSAGES)
    ):
        pass


def _has_old_mails(reads: Reads) -> bool:
    return reads.mails.are_there_before(clock.now() - KEEP_LETTERS_FOR)


def _forget_mails(application: Application) -> None:
    """Who wrote what belongs to no case is kept for 30 days."""
    recorded = application.now() - KEEP_LETTERS_FOR
    while application.change(
        lambda records: records.mails.forget_before(recorded, limit=_FORGET_LIMIT_MESSAGES)
    ):
        pass


def _has_old_imports(reads: Reads) -> bool:
    now, book = clock.now(), reads.imports
    return bool(
        book.old_files(now - KEEP_FILES_FOR, 1) or book.old_details(now - KEEP_DETAILS_FOR, 1)
    )


def _forget_imports(application: Application) -> None:
    """A file that nobody decides about is kept for a day, what its rows were for 30."""
    now = application.now()

    def forget(records: Records) -> int:
        book = records.imports
        files = book.old_files(now - KEEP_FILES_FOR, _FORGET_LIMIT_IMPORTS)
        told = book.old_details(now - KEEP_DETAILS_FOR, _FORGET_LIMIT_IMPORTS)
        for each in files:
            book.discard(each)
        for each in told:
            book.forget_details(each)
        return len(files) + len(told)

    while application.change(forget):
        pass


def _has_usage_of_nobody(reads: Reads) -> bool:
    return bool(reads.usage.unknown_subjects("", 1))


def _count_usage_of_nobody(application: Application) -> None:
    """Count the events of subjects that have become an account's since."""
    subjects = KnownSubjects(application)
    after = ""
    while page := _subjects_of_nobody(application, after):
        for subject in page:
            account = subjects.account_of_subject(subject)
            while account is not None and _adopt_some(application, subject, account):
                pass
        after = page[-1]


def _subjects_of_nobody(application: Application, after: str) -> tuple[str, ...]:
    return application.read(lambda reads: reads.usage.unknown_subjects(after, _SUBJECTS_AT_ONCE))


def _adopt_some(application: Application, subject: str, account: str) -> int:
    subjects, occasion = KnownSubjects(application), application.occasion(BY)

    def work(records: Records) -> int:
        adopted = adopt_usage(records, subject, account, subjects)
        application.limits.look(records, occasion)
        return adopted

    return application.change(work, Isolation.BY_STATEMENT)


def _has_uncounted_meters(reads: Reads) -> bool:
    return bool(reads.usage_recount.unfinished())


def _count_for_meters(application: Application) -> None:
    """What came before a meter was defined, where whoever defined it was cut off."""
    finish_counting(application, application.occasion(BY))


def _has_keys(reads: Reads) -> bool:
    return reads.idempotency.are_there_any()


def _forget_keys(application: Application) -> None:
    """What was answered to a client's key is kept for 24 hours."""
    until = application.now() - KEEP_KEYS_FOR

    def forget(records: Records) -> int:
        return records.idempotency.forget_before(until, limit=_FORGET_LIMIT_KEYS)

    while application.change(forget):
        pass


def _has_waiting_cases(reads: Reads) -> bool:
    return reads.routing.is_anything_waiting()


def _give_out_cases(application: Application) -> None:
    """Cases that nobody could have when they came: somebody is at work by now, or has room."""
    occasion = application.occasion(BY)
    application.change(lambda records: route_waiting(records, occasion))


def _has_unqueued_cases(reads: Reads) -> bool:
    return reads.routing.is_any_unqueued()


def _queue_cases(application: Application) -> None:
    """Cases that were raised while the very first of those who work on them was recorded: neither
    unit saw what the other wrote."""
    now = application.now()
    application.change(lambda records: records.routing.queue_unrouted(at=now))


def _has_new(reader: str) -> Callable[[Reads], bool]:
    return partial(has_new_facts, reader=reader)


DUTIES = (
    Duty(name="seal", every=_SECOND, is_needed=_has_unsealed, do=_seal),
    Duty(name="publish", every=_SECOND, is_needed=_has_new(webhooks.READER), do=_publish),
    Duty(
        name="improve open cases",
        every=_SECOND,
        is_needed=_has_new(open_promises.READER),
        do=_improve_open_cases,
    ),
    Duty(
        name="wait for health reports",
        every=_SECOND,
        is_needed=_has_new(health_reports.READER),
        do=_wait_for_reports,
    ),
    Duty(
        name="tell of care",
        every=timedelta(hours=1),
        is_needed=_may_have_care,
        do=_tell_of_care,
    ),
    Duty(
        name="publish months",
        every=timedelta(minutes=1),
        is_needed=_has_due_months,
        do=_publish_months,
    ),
    Duty(
        name="tell of shortages",
        every=timedelta(hours=1),
        is_needed=_has_plan,
        do=_tell_of_shortages,
    ),
    Duty(
        name="give out cases",
        every=timedelta(seconds=30),
        is_needed=_has_waiting_cases,
        do=_give_out_cases,
    ),
    Duty(
        name="queue cases",
        every=timedelta(minutes=1),
        is_needed=_has_unqueued_cases,
        do=_queue_cases,
    ),
    Duty(
        name="count usage of nobody",
        every=timedelta(minutes=1),
        is_needed=_has_usage_of_nobody,
        do=_count_usage_of_nobody,
    ),
    Duty(
        name="count for new meters",
        every=timedelta(minutes=1),
        is_needed=_has_uncounted_meters,
        do=_count_for_meters,
    ),
    Duty(
        name="forget letters",
        every=timedelta(hours=6),
        is_needed=_has_old_letters,
        do=_forget_letters,
    ),
    Duty(
        name="forget mails",
        every=timedelta(hours=6),
        is_needed=_has_old_mails,
        do=_forget_mails,
    ),
    Duty(name="scan files", every=_SECOND, is_needed=has_unasked, do=ask_for_scans),
    Duty(
        name="forget imports",
        every=timedelta(hours=1),
        is_needed=_has_old_imports,
        do=_forget_imports,
    ),
    Duty(name="forget messages", every=timedelta(hours=6), is_needed=_has_webhooks, do=_forget),
    Duty(name="forget keys", every=timedelta(hours=1), is_needed=_has_keys, do=_forget_keys),
)
