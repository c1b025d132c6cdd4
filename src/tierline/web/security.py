"""One's own security: the password, the second factor, and where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.actions import second_factor
from tierline.actions.reader_languages import choose_case_mails
from tierline.bootstrap.case_mails import CHOICE_PATH
from tierline.bootstrap.visits import address_of, drop_session
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.web.page_errors import faults_of, own_form, page, show_with, status_of
from tierline.web.qr_codes import qr_code
from tierline.web.visits import application_of, go, go_to_sign_in, show, visitor_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.bootstrap.callers import Visitor
    from tierline.web.visits import Form

PATH = "/me/security"


@page
async def security_page(request: Request) -> Response:
    """What there is, and the forms that change it."""
    visitor = await run_in_threadpool(visitor_of, request)
    return go_to_sign_in(request) if visitor is None else await security_page_with(request, visitor)


@own_form
async def change_password(request: Request, visitor: Visitor, form: Form) -> Response:
    """Another password; its user signs in again everywhere."""
    try:
        await run_in_threadpool(
            application_of(request).access.change_password,
            visitor.user,
            form.get("present", ""),
            form.get("password", ""),
            address_of(request),
            again=form.get("again", ""),
        )
    except TierlineError as error:
        return await security_page_with(request, visitor, error, about="present")
    response = go("/sign-in")
    drop_session(request, response)
    return response


@own_form
async def begin_second_factor(request: Request, visitor: Visitor, form: Form) -> Response:
    """A key for an authenticator, for who shows the password once more."""
    access = application_of(request).access
    try:
        await run_in_threadpool(
            access.begin_enrolment, visitor.user, form.get("own", ""), address_of(request)
        )
    except TierlineError as error:
        return await security_page_with(request, visitor, error, about="own")
    return go(f"{PATH}/second-factor")


@page
async def second_factor_page(request: Request) -> Response:
    """The key that an authenticator is set up with."""
    visitor = await run_in_threadpool(visitor_of, request)
    return go_to_sign_in(request) if visitor is None else await _enrolment(request, visitor)


@own_form
async def finish_second_factor(request: Request, visitor: Visitor, form: Form) -> Response:
    """The recovery codes, once a code has shown that it works."""
    application = application_of(request)
    user, box = visitor.user.id, application.access.box
    occasion = application.occasion(user)
    try:
        codes = await run_in_threadpool(
            application.change,
            lambda records: second_factor.finish_enrolment(
                records, user, form.get("code", ""), box=box, occasion=occasion
            ),
        )
    except Invalid as error:
        return await _enrolment(request, visitor, error)
    return show(request, "access/recovery_codes.html", codes=codes)


@own_form
async def remove_second_factor(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ask for it no more, for who shows a code of it."""
    access = application_of(request).access
    try:
        await run_in_threadpool(
            access.remove_second_factor, visitor.user, form.get("code", ""), address_of(request)
        )
    except TierlineError as error:
        return await security_page_with(request, visitor, error, about="code")
    return go(PATH)


@own_form
async def renew_recovery_codes(request: Request, visitor: Visitor, form: Form) -> Response:
    """Ten other codes, for who shows a code; the ones that were left are good no more."""
    access = application_of(request).access
    try:
        codes = await run_in_threadpool(
            access.renew_recovery_codes, visitor.user, form.get("proof", ""), address_of(request)
        )
    except TierlineError as error:
        return await security_page_with(request, visitor, error, about="proof")
    return show(request, "access/recovery_codes.html", codes=codes)


@own_form
async def choose_mails(request: Request, visitor: Visitor, form: Form) -> Response:
    """Whether mails come about one's cases, from now on."""
    application, email = application_of(request), visitor.user.email
    occasion, wanted = application.occasion(visitor.user.id), form.get("case_mails") == "yes"
    await run_in_threadpool(
        application.change,
        lambda records: choose_case_mails(records, email, occasion, wanted=wanted),
    )
    return go(CHOICE_PATH)


async def _enrolment(
    request: Request, visitor: Visitor, error: TierlineError | None = None
) -> Response:
    application = application_of(request)
    user, box = visitor.user.id, application.access.box
    enrolment = await run_in_threadpool(
        application.read, lambda reads: second_factor.begun_enrolment(reads, user, box)
    )
    return show_with(
        request,
        "access/second_factor.html",
        error,
        enrolment=enrolment,
        picture=qr_code(enrolment.address),
        groups=[enrolment.key[start : start + 4] for start in range(0, len(enrolment.key), 4)],
    )


async def security_page_with(
    request: Request,
    visitor: Visitor,
    error: TierlineError | None = None,
    *,
    about: str = "",
    passkey_name: str = "",
) -> Response:
    """The page, and what went wrong on it. `about` is the field that an error without a place
    belongs to; `passkey_name` is what was typed, and no secret."""
    user = visitor.user.id
    application = application_of(request)
    email = visitor.user.email
    left, passkeys, wants_case_mails = await run_in_threadpool(
        application.read,
        lambda reads: (
            reads.users.count_recovery_codes(user),
            reads.passkeys.of_user(user),
            reads.reader_languages.wants_case_mails(email),
        ),
    )
    faults = () if error is None else faults_of(error)
    return show(
        request,
        "access/security.html",
        status=200 if error is None else status_of(error),
        faults=tuple(_placed(fault, about) for fault in faults),
        visitor=visitor,
        recovery_codes_left=left,
        passkeys=passkeys,
        wants_case_mails=wants_case_mails,
        passkey_name=passkey_name,
        has_passkeys=application.access.passkeys.are_offered,
    )


def _placed(fault: Fault, about: str) -> Fault:
    return fault if fault.path else Fault(fault.code, fault.message, about, fault.write_instead)


ROUTES = [
    Route(PATH, security_page, methods=["GET"]),
    Route("/me/case-mails", choose_mails, methods=["POST"]),
    Route("/me/password", change_password, methods=["POST"]),
    Route(f"{PATH}/second-factor", second_factor_page, methods=["GET"]),
    Route("/me/second-factor", begin_second_factor, methods=["POST"]),
    Route(f"{PATH}/second-factor", finish_second_factor, methods=["POST"]),
    Route("/me/recovery-codes", renew_recovery_codes, methods=["POST"]),
    Route("/me/second-factor/removal", remove_second_factor, methods=["POST"]),
]
