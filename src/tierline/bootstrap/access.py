"""Signing in, inviting and resetting, for whatever shell: the slow work on passwords stands between
the transactions, and a letter is written with its reason, to go out once both are committed."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from tierline import settings
from tierline.access.caller import Unauthenticated
from tierline.access.letter import SUBJECTS, LetterKind, invitation_words, reset_words
from tierline.access.password import hash_password, is_password, password_faults
from tierline.access.secret import digest_of_secret
from tierline.access.secret_box import SecretBox
from tierline.access.user import email_faults, name_faults, plain_email
from tierline.actions import passwords, second_factor, sessions, users
from tierline.actions.letters import NewLetter, write_letter
from tierline.actions.reader_languages import language_for
from tierline.bootstrap import signing_key
from tierline.bootstrap.letters import Carrier, letter_box
from tierline.bootstrap.outside_access import OutsideAccess
from tierline.bootstrap.passkeys import PasskeyAccess
from tierline.connectors.console_post import ConsolePost
from tierline.kernel.errors import Fault, Invalid
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tierline.access.caller import Caller
    from tierline.access.invitation import Invitation
    from tierline.access.role import Role
    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.actions.sessions import NewSession
    from tierline.actions.users import NewInvitation
    from tierline.bootstrap.application import Application
    from tierline.languages.language import Language
    from tierline.store.records import Records

ResultT = TypeVar("ResultT")
_HASHES_AT_ONCE = 4
"""Each takes 19 MiB for 50 ms: more of them would only wait for the processor."""


class Access:
    """`post` carries letters and mails of cases; `address` is where people reach the pages."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._hashing = threading.BoundedSemaphore(_HASHES_AT_ONCE)
        self.post: Carrier = ConsolePost()
        self.outside = OutsideAccess(application)
        self.passkeys = PasskeyAccess(application, lambda: self.address)
        self.address = settings.address() or "http://127.0.0.1:8000"

    @cached_property
    def box(self) -> SecretBox:
        """Closes keys of second factors with this installation's key."""
        return SecretBox(signing_key().to_text().encode(), "second factor")

    @cached_property
    def letter_box(self) -> SecretBox:
        """Closes what letters say, likewise."""
        return letter_box()

    def sign_in(self, email: str, password: str, address: str) -> NewSession:
        """A session, unconfirmed where there is a second factor. Raises Unauthenticated, the same
        and after as long for a wrong address as for a wrong password, and LimitReached."""
        application = self._application
        attempt = application.change(
            lambda records: sessions.begin_sign_in(
                records, email, address, application.occasion("nobody")
            )
        )
        if not self._is_password(attempt.password_hash, password) or attempt.user is None:
            raise Unauthenticated(sessions.WRONG, code="wrong_password")
        occasion = application.occasion(attempt.user.id)
        return application.change(
            lambda records: sessions.finish_sign_in(records, attempt, occasion)
        )

    def confirm(self, cookie: str, code: str, address: str) -> NewSession:
        """The confirmed session in place of one that awaits its second factor. Raises
        Unauthenticated for a wrong code, and LimitReached."""
        application = self._application
        occasion = application.occasion("nobody")
        _, user = application.change(lambda records: sessions.awaited(records, cookie, occasion))
        tried = self._count_try("second factor", user.id, address)
        occasion = application.occasion(user.id)
        return application.change(
            lambda records: sessions.confirm_session(
                records, cookie, code, box=self.box, tried=tried, occasion=occasion
            )
        )

    def invite(
        self, email: str, roles: frozenset[Role], account: str | None, caller: Caller
    ) -> tuple[NewInvitation, str]:
        """Invite somebody and write to them; the invitation and its link."""
        application = self._application
        occasion = application.occasion(caller.id)
        address, box = self.address, self.letter_box

        def work(records: Records) -> tuple[NewInvitation, str]:
            made = users.invite_user(
                records, email, roles, account=account, caller=caller, occasion=occasion
            )
            link = f"{address}/invitation?code={made.secret}"
            language = language_for(records, made.invitation.email, account, occasion)
            write_letter(records, _invitation(made, link, language), box, occasion)
            return made, link

        return application.change(work)

    def has_users(self) -> bool:
        """Whether anybody was ever made a user."""
        return self._application.read(lambda reads: reads.users.are_there_any())

    def invitation(self, secret: str) -> Invitation:
        """The invitation of a link or a code. Raises Unauthenticated."""
        now = self._application.now()
        return self._application.change(lambda records: users.open_invitation(records, secret, now))

    def user_of_reset(self, secret: str) -> User:
        """Whose password a link resets. Raises Unauthenticated."""
        now = self._application.now()
        return self._application.change(
            lambda records: passwords.user_of_reset(records, secret, now)
        )

    def begin_enrolment(self, user: User, password: str, address: str) -> second_factor.Enrolment:
        """A key for an authenticator, for who shows the password. Raises Unauthenticated,
        LimitReached, and Conflict where there is a second factor."""
        self.show_password(user, password, address)
        occasion = self._application.occasion(user.id)
        return self._application.change(
            lambda records: second_factor.begin_enrolment(records, user.id, self.box, occasion)
        )

    def set_up_code(self) -> str | None:
        """A new code for the first admin; None where there is any user."""
        occasion = self._application.occasion()
        return self._application.change(lambda records: users.invite_first_admin(records, occasion))

    def accept(
        self,
        secret: str,
        name: str,
        email: str | None,
        password: str,
        *,
        again: str | None = None,
    ) -> User:
        """The new user of an invitation; `again` is the password typed a second time. Raises
        Unauthenticated, and Invalid with every fault."""
        application = self._application
        invitation = self.invitation(secret)
        plain = invitation.email or plain_email(email or "")
        faults = [*name_faults(name.strip()), *email_faults(plain)]
        password_hash = self._hashed(password, plain, again=again, faults=faults)
        occasion = application.occasion(invitation.id)
        return application.change(
            lambda records: users.accept_invitation(
                records,
                secret,
                name,
                email=email,
                password_hash=password_hash,
                occasion=occasion,
            )
        )

    def request_reset(self, email: str, address: str) -> None:
        """Write to a user, if there is one. Nobody is told whether there is. Raises
        LimitReached."""
        application = self._application
        occasion = application.occasion("nobody")
        self._count_try("reset", plain_email(email), address)
        address, box = self.address, self.letter_box

        def work(records: Records) -> None:
            made = passwords.request_reset(records, email, occasion)
            if made is not None:
                link = f"{address}/password-reset?code={made.secret}"
                language = language_for(records, made.user.email, made.user.account, occasion)
                write_letter(records, _reset(made, link, language), box, occasion)

        application.change(work)

    def reset_password(self, secret: str, password: str, *, again: str | None = None) -> User:
        """Another password for who has the link. Raises Unauthenticated, and Invalid."""
        application = self._application
        user = self.user_of_reset(secret)
        password_hash = self._hashed(password, user.email, again=again)
        occasion = application.occasion(user.id)
        return application.change(
            lambda records: passwords.reset_password(records, secret, password_hash, occasion)
        )

    def change_password(
        self, user: User, present: str, new: str, address: str, *, again: str | None = None
    ) -> None:
        """Another password for who shows the present one; they sign in again everywhere. Raises
        Unauthenticated, Invalid, LimitReached."""
        application = self._application
        self.show_password(user, present, address)
        known = application.read(lambda reads: reads.users.credentials(user.id))
        password_hash = self._hashed(new, user.email, again=again)
        occasion = application.occasion(user.id)
        application.change(
            lambda records: passwords.change_password(
                records,
                user.id,
                from_hash=known.password_hash,
                to_hash=password_hash,
                occasion=occasion,
            )
        )

    def show_password(self, user: User, password: str, address: str) -> None:
        """Make sure that it is still the user who sits there. Raises Unauthenticated,
        LimitReached."""
        tried = self._count_try("password", user.id, address)
        known = self._application.read(lambda reads: reads.users.credentials(user.id))
        if not self._is_password(known.password_hash, password):
            raise Unauthenticated(
                message("This is not your present password."), code="wrong_password"
            )
        self._application.change(lambda records: sessions.forgive_try(records, tried))

    def remove_second_factor(self, user: User, code: str, address: str) -> None:
        """Ask for it no more, for who shows a code of it. Raises Unauthenticated, LimitReached."""
        self._with_code(user, code, address, second_factor.remove_second_factor)

    def renew_recovery_codes(self, user: User, code: str, address: str) -> tuple[str, ...]:
        """Other recovery codes in place of all that are left, for who shows a code. Raises
        Unauthenticated, LimitReached."""
        return self._with_code(user, code, address, second_factor.renew_recovery_codes)

    def _with_code(
        self, user: User, code: str, address: str, act: Callable[[Records, str, Occasion], ResultT]
    ) -> ResultT:
        """What somebody does who shows a code of their second factor."""
        application = self._application
        tried = self._count_try("second factor", user.id, address)
        occasion = application.occasion(user.id)

        def work(records: Records) -> ResultT:
            if not sessions.use_code(records, user, code, self.box, occasion):
                raise Unauthenticated(sessions.WRONG_CODE, code="wrong_code")
            sessions.forgive_try(records, tried)
            return act(records, user.id, occasion)

        return application.change(work)

    def stated_address(self, asked: str) -> str:
        """The address of the pages: the one that is set, else the one that was asked."""
        return settings.address() or asked.rstrip("/")

    def _count_try(self, what: str, who: str, address: str) -> sessions.Try:
        occasion = self._application.occasion("nobody")
        return self._application.change(
            lambda records: sessions.count_try(
                records, what, who, address=address, occasion=occasion
            )
        )

    def _is_password(self, kept: str | None, password: str) -> bool:
        with self._hashing:
            return is_password(kept, password)

    def _hashed(
        self, password: str, email: str, *, again: str | None, faults: Sequence[Fault] = ()
    ) -> str:
        """The hash of a new password. Raises Invalid with its faults after the others'."""
        found = [*faults, *password_faults(password, email)]
        if again is not None and again != password:
            found.append(
                Fault("different", message("This is not the same password as above."), "again")
            )
        if found:
            raise Invalid(message("This cannot be kept as stated."), found)
        with self._hashing:
            return hash_password(password)


def _invitation(made: NewInvitation, link: str, language: Language) -> NewLetter:
    return NewLetter(
        kind=LetterKind.invitation,
        to=made.invitation.email or "",
        words=invitation_words(link, language),
        subject=language.phrase(SUBJECTS[LetterKind.invitation]),
        digest=digest_of_secret(made.secret),
        until=made.invitation.expires_at,
    )


def _reset(made: passwords.NewReset, link: str, language: Language) -> NewLetter:
    return NewLetter(
        kind=LetterKind.password_reset,
        to=made.user.email,
        words=reset_words(link, language),
        subject=language.phrase(SUBJECTS[LetterKind.password_reset]),
        digest=digest_of_secret(made.secret),
        until=made.reset.expires_at,
    )
