"""Everything that a worker does: the lanes with their kinds of rows, and the duties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions import (
    accelerated_responses,
    call_ins,
    case_clocks,
    case_mails,
    disputes,
    escalations,
    health_reports,
    identification,
    imports,
    letters,
    notice_choices,
    open_promises,
    participants,
    webhooks,
)
from tierline.bootstrap import file_scans, mail_fetching
from tierline.bootstrap.case_mails import CaseMailPost
from tierline.bootstrap.digests import drawn_up, write_digest
from tierline.bootstrap.followers import write_to_follower
from tierline.bootstrap.health_reports import due_reports, keep_reports
from tierline.bootstrap.imports import Importing
from tierline.bootstrap.letters import LetterPost
from tierline.bootstrap.notices import held_back, write_notices
from tierline.bootstrap.open_promises import spans_of
from tierline.bootstrap.webhooks import WebhookPost
from tierline.kernel.instants import to_micros
from tierline.store.clock_batch import ClockBatch
from tierline.worker.duties import DUTIES
from tierline.worker.lanes import Duty, Lane, Settled
from tierline.worker.loop import BY, Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from tierline.bootstrap.application import Application
    from tierline.store.due_work import Claim
    from tierline.store.records import Records

OUTSIDE_THREADS = 4
"""Each sends one message at a time, so that a slow address holds up no claimed ones."""
LETTER_THREADS = 6
LETTERS_AT_ONCE = 50
"""So many are sent over one connection."""
CASE_MAIL_THREADS = 2
FILE_SCAN_THREADS = 2
MAILBOX_THREADS = 8


def worker_of(
    application: Application,
    post: WebhookPost | None = None,
    *,
    may_print_letters: bool = True,
    more: Sequence[Duty] = (),
) -> Worker:
    """The worker of an installation, not yet started, with `more` duties than its own. Where it may
    print no letters, it takes none unless it has a mail server: they hold links that open
    something."""
    sending = post or WebhookPost(application)

    def send(_: Application, claim: Claim) -> Settled:
        sent = sending.send(claim.id, claim.attempts)
        attempts = claim.attempts if sent.is_attempt else claim.attempts - 1
        return Settled(write=sent.write, again_at=sent.again_at, attempts=attempts)

    outside = Lane(
        name=webhooks.LANE,
        handlers={webhooks.KIND: send},
        batch=1,
        threads=OUTSIDE_THREADS,
        sends=frozenset({webhooks.KIND}),
    )
    has_letters = may_print_letters or bool(application.access.post.place)
    written = [_NOTICES, _DIGESTS, _letters(application), _case_mails(application)]
    post_lanes = written if has_letters else []
    scans = [_file_scans(application)] if file_scans.has_scanner() else []
    fixed = (_MILESTONES, _REPORTS, _imports(application))
    lanes = (*fixed, outside, *post_lanes, *scans, *_mailboxes(application))
    return Worker(application, lanes, (*DUTIES, *more))


def _look_at_clock(application: Application, claim: Claim) -> Settled:
    case, occasion = claim.body["case"], application.occasion(BY)
    next_at = application.read(lambda reads: case_clocks.next_look(reads, case, occasion.now))
    return Settled(
        write=lambda records: case_clocks.look_again(records, case, occasion), again_at=next_at
    )


def _look_at_clocks(
    application: Application, records: Records, claims: Sequence[Claim]
) -> dict[str, datetime]:
    cases = {claim.body["case"]: claim.id for claim in claims}
    batch = ClockBatch(records, cases)
    next_at = case_clocks.look_at_all(batch, cases, application.occasion(BY))
    batch.write()
    return {cases[case]: at for case, at in next_at.items()}


def _look_at_identification(application: Application, claim: Claim) -> Settled:
    case, occasion = claim.body["case"], application.occasion(BY)
    return Settled(write=lambda records: identification.tell_overdue(records, case, occasion))


def _look_at_promise(application: Application, claim: Claim) -> Settled:
    """The rules of an account change at this instant, as its contract says."""
    account, occasion = claim.body["account"], application.occasion(BY)
    spans = spans_of(application, account)
    next_at = open_promises.next_change(spans, to_micros(occasion.now))

    def improve(records: Records) -> None:
        open_promises.improve_open_cases(records, account, spans, occasion)

    return Settled(write=improve, again_at=next_at)


def _look_at_response(application: Application, claim: Claim) -> Settled:
    case, occasion = claim.body["case"], application.occasion(BY)
    return Settled(write=lambda records: accelerated_responses.tell_lapsed(records, case, occasion))


def _look_at_dispute(application: Application, claim: Claim) -> Settled:
    dispute, occasion = claim.body["dispute"], application.occasion(BY)
    return Settled(write=lambda records: disputes.tell_overdue(records, dispute, occasion))


def _warn_of_dispute(application: Application, claim: Claim) -> Settled:
    dispute, occasion = claim.body["dispute"], application.occasion(BY)
    return Settled(write=lambda records: disputes.warn_of(records, dispute, occasion))


def _ask_on(application: Application, claim: Claim) -> Settled:
    """Whoever was called in has had their time to answer."""
    body, occasion = claim.body, application.occasion(BY)
    asked = body["case"], body["number"], body["rounds"]
    return Settled(write=lambda records: call_ins.ask_on(records, *asked, occasion))


_MILESTONES = Lane(
    name=case_clocks.LANE,
    handlers={
        case_clocks.KIND: _look_at_clock,
        call_ins.KIND: _ask_on,
        disputes.KIND: _look_at_dispute,
        disputes.WARNING: _warn_of_dispute,
        case_clocks.IDENTIFICATION: _look_at_identification,
        open_promises.KIND: _look_at_promise,
        accelerated_responses.KIND: _look_at_response,
    },
    batch=200,
    threads=1,
    together={case_clocks.KIND: _look_at_clocks},
)


def _draw_up_reports(application: Application, claim: Claim) -> Settled:
    """Reports are drawn up before the unit that keeps them: they may take a while."""
    occasion = application.occasion(BY)
    drawn, next_at = due_reports(application, claim.body["account"], occasion)

    def keep(records: Records) -> None:
        keep_reports(application, records, drawn, occasion)

    return Settled(write=keep, again_at=next_at)


_REPORTS = Lane(
    name=health_reports.LANE,
    handlers={health_reports.KIND: _draw_up_reports},
    batch=1,
    threads=1,
)
"""A lane of its own, so that no clock waits for a report."""


def _letters(application: Application) -> Lane:
    """A lane of its own, so that a mail server that is down holds up no webhook."""
    post = LetterPost(application)

    def send(_: Application, claim: Claim) -> Settled:
        sent = post.send(claim.id, claim.attempts)
        return Settled(write=sent.write, again_at=sent.again_at, attempts=claim.attempts)

    def together(claims: Sequence[Claim]) -> AbstractContextManager[None]:
        return post.together([claim.id for claim in claims if claim.kind == letters.KIND])

    handlers = {
        letters.KIND: send,
        participants.KIND: _write_to_follower,
        # Rows of versions in which these had no lane of their own.
        escalations.KIND: _write_notice,
        escalations.CORRECTION: _write_notice,
    }
    return Lane(
        name=letters.LANE,
        handlers=handlers,
        batch=LETTERS_AT_ONCE,
        threads=LETTER_THREADS,
        sends=frozenset({letters.KIND}),
        is_held=True,
        around=together,
    )


def _case_mails(application: Application) -> Lane:
    """A lane of its own, so that many answers hold up no letter that somebody waits for."""
    post = CaseMailPost(application)

    def send(_: Application, claim: Claim) -> Settled:
        sent = post.send(claim.id, claim.attempts)
        return Settled(write=sent.write, again_at=sent.again_at, attempts=claim.attempts)

    handlers = {case_mails.KIND: send}
    return Lane(
        name=case_mails.LANE,
        handlers=handlers,
        batch=1,
        threads=CASE_MAIL_THREADS,
        sends=frozenset(handlers),
    )


def _write_to_follower(application: Application, claim: Claim) -> Settled:
    """The letter is written in the unit that takes its row away."""
    return Settled(write=lambda records: write_to_follower(application, records, claim.body))


def _file_scans(application: Application) -> Lane:
    """A lane of its own, so that a large file holds up nothing else."""
    scanning = file_scans.FileScanning(application)

    def scan(_: Application, claim: Claim) -> Settled:
        sent = scanning.scan(claim.body["file"], claim.attempts)
        return Settled(write=sent.write, again_at=sent.again_at, attempts=claim.attempts)

    handlers = {file_scans.KIND: scan}
    return Lane(name=file_scans.LANE, handlers=handlers, batch=1, threads=FILE_SCAN_THREADS)


def _imports(application: Application) -> Lane:
    """A lane of its own, one part of a file at a time, so that nobody's clock waits for it."""
    importing = Importing(application)

    def go_on(_: Application, claim: Claim) -> Settled:
        sent = importing.go_on(claim.body["import"], claim.body["by"], claim.attempts)
        return Settled(write=sent.write, again_at=sent.again_at)

    return Lane(name=imports.LANE, handlers={imports.KIND: go_on}, batch=1, threads=1)


def _mailboxes(application: Application) -> list[Lane]:
    """A lane of its own with a thread for each: one that hangs holds up no other."""
    fetching = mail_fetching.MailFetching(application)
    if not fetching.count:
        return []
    fetching.begin()

    def visit(_: Application, claim: Claim) -> Settled:
        sent = fetching.visit(claim.body["mailbox"], claim.attempts)
        attempts = claim.attempts if sent.is_attempt else 0
        return Settled(write=sent.write, again_at=sent.again_at, attempts=attempts)

    threads = min(fetching.count, MAILBOX_THREADS)
    handlers = {mail_fetching.KIND: visit}
    return [Lane(name=mail_fetching.LANE, handlers=handlers, batch=1, threads=threads)]


def _write_notice(application: Application, claim: Claim) -> Settled:
    """A notice becomes a letter in the unit that takes its row away: once, however that goes."""
    is_correction, now = claim.kind == escalations.CORRECTION, application.now()
    held, until = application.read(
        lambda reads: held_back(reads, [claim], now, is_correction=is_correction)
    )
    if held:
        return Settled(again_at=until)
    return Settled(
        write=lambda records: write_notices(
            application, records, [claim.body], is_correction=is_correction
        )
    )


def _write_notices(
    application: Application, records: Records, claims: Sequence[Claim]
) -> dict[str, datetime]:
    """The same for many; those come again that wait for the end of the minute."""
    is_correction = claims[0].kind == escalations.CORRECTION
    held, until = held_back(records, claims, application.now(), is_correction=is_correction)
    now = [claim.body for claim in claims if claim.id not in held]
    write_notices(application, records, now, is_correction=is_correction)
    return dict.fromkeys(held, until)


_NOTICES = Lane(
    name=escalations.LANE,
    handlers={escalations.KIND: _write_notice, escalations.CORRECTION: _write_notice},
    batch=200,
    threads=1,
    together={escalations.KIND: _write_notices, escalations.CORRECTION: _write_notices},
)


def _draw_up_digest(application: Application, claim: Claim) -> Settled:
    """What is at risk is asked before the unit that writes the letter: it may take a while."""
    drawn, next_at = drawn_up(application, claim.body["user"], application.now())
    if drawn is None:
        return Settled(again_at=next_at)
    return Settled(
        write=lambda records: write_digest(application, records, drawn), again_at=next_at
    )


_DIGESTS = Lane(
    name=notice_choices.LANE,
    handlers={notice_choices.KIND: _draw_up_digest},
    batch=1,
    threads=1,
)
"""A lane of its own, so that no notice waits for one."""
