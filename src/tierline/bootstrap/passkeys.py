"""Passkeys for whatever shell: a challenge is posed and taken in units of their own, its answer is
read between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.caller import Unauthenticated
from tierline.access.passkey import CHALLENGE_FOR, Ceremony
from tierline.access.secret import digest_of_secret
from tierline.access.throttle import counted
from tierline.actions import passkeys, sessions
from tierline.kernel.errors import NotFound
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.access.passkey import Challenge, Passkey
    from tierline.access.user import User
    from tierline.actions.passkeys import Verifier
    from tierline.actions.sessions import NewSession
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

_WHAT = "passkey"
_COPIED = (
    "This passkey has signed less often than before: somebody may have a copy of it. Sign in with "
    "your password, and remove it."
)
_UNKNOWN = message("This passkey is not known here. It may have been removed.")


class PasskeyAccess:
    """`address` tells where people reach the pages: passkeys belong to it."""

    def __init__(self, application: Application, address: Callable[[], str]) -> None:
        self._application = application
        self._address = address
        self._known: tuple[str, Verifier | None] = ("", None)

    @property
    def are_offered(self) -> bool:
        """Whether a browser can have passkeys for this installation's address."""
        return self._verifier() is not None

    def of_user(self, user: str) -> tuple[Passkey, ...]:
        """A user's passkeys."""
        return self._application.read(lambda reads: reads.passkeys.of_user(user))

    def of_awaited(self, cookie: str) -> tuple[Passkey, ...]:
        """Those of whose session awaits its second factor; none where nothing is awaited."""
        application = self._application
        now = application.now()

        def work(reads: Reads) -> tuple[Passkey, ...]:
            session = reads.sessions.by_digest(digest_of_secret(cookie))
            if session is None or session.confirmed_at is not None or not session.is_open(now):
                return ()
            return reads.passkeys.of_user(session.user)

        return application.read(work) if self.are_offered else ()

    def begin_registration(self, cookie: str, user: User, name: str) -> str:
        """What the browser is asked, for who has shown the password. Raises Invalid, LimitReached,
        and NotFound where passkeys are not offered."""
        known = self.of_user(user.id)
        passkeys.refuse_more(known, name)
        challenge = self._pose(cookie, Ceremony.registration, user.id)
        return self._expected().creation_options(user, challenge.content, known)

    def finish_registration(self, cookie: str, user: User, name: str, answer: str) -> Passkey:
        """The new passkey. Raises Unauthenticated, Invalid, LimitReached, Conflict."""
        challenge = self._take(cookie, Ceremony.registration)
        if challenge.user != user.id:
            raise Unauthenticated(_UNKNOWN, code="wrong_passkey")
        credential = self._expected().registered(challenge.content, answer)
        occasion = self._application.occasion(user.id)
        return self._application.change(
            lambda records: passkeys.add_passkey(records, user.id, name, credential, occasion)
        )

    def begin_sign_in(self, cookie: str, address: str) -> str:
        """What the browser is asked. It writes a row, and anybody may: so it is counted. Raises
        LimitReached, and NotFound."""
        verifier = self._expected()
        occasion = self._application.occasion("nobody")
        who = digest_of_secret(cookie)

        def work(records: Records) -> Challenge:
            sessions.count_try(records, _WHAT, who, address=address, occasion=occasion)
            return passkeys.pose(records, cookie, Ceremony.sign_in, None, occasion)

        return verifier.request_options(self._application.change(work).content, ())

    def finish_sign_in(self, cookie: str, answer: str, address: str) -> NewSession:
        """A session for who has answered. Raises Unauthenticated."""
        challenge = self._take(cookie, Ceremony.sign_in)
        user = self._verified(challenge, answer)
        occasion = self._application.occasion(user)
        ways = counted(_WHAT, digest_of_secret(cookie), address)
        tried = sessions.Try(ways, challenge.expires_at - CHALLENGE_FOR)

        def work(records: Records) -> NewSession:
            sessions.forgive_try(records, tried)
            return sessions.sign_in_with_passkey(records, user, occasion)

        return self._application.change(work)

    def begin_second_step(self, cookie: str) -> str:
        """What the browser is asked of whose session awaits it. Raises Unauthenticated, and
        NotFound."""
        application = self._application
        occasion = application.occasion("nobody")
        _, user = application.change(lambda records: sessions.awaited(records, cookie, occasion))
        known = self.of_user(user.id)
        if not known:
            raise NotFound(message("You have no passkey. Use a code of your authenticator."))
        challenge = self._pose(cookie, Ceremony.second_step, user.id)
        return self._expected().request_options(challenge.content, known)

    def finish_second_step(self, cookie: str, answer: str) -> NewSession:
        """The confirmed session in place of the one that awaited it. Raises Unauthenticated."""
        challenge = self._take(cookie, Ceremony.second_step)
        user = self._verified(challenge, answer)
        occasion = self._application.occasion(user)
        return self._application.change(
            lambda records: sessions.sign_in_with_passkey(records, user, occasion, cookie=cookie)
        )

    def remove(self, user: str, passkey: str, by: str) -> None:
        """Take one away. Raises NotFound."""
        occasion = self._application.occasion(by)
        self._application.change(
            lambda records: passkeys.remove_passkey(records, user, passkey, occasion)
        )

    def _pose(self, cookie: str, ceremony: Ceremony, user: str | None) -> Challenge:
        self._expected()
        occasion = self._application.occasion("nobody")
        return self._application.change(
            lambda records: passkeys.pose(records, cookie, ceremony, user, occasion)
        )

    def _take(self, cookie: str, ceremony: Ceremony) -> Challenge:
        now = self._application.now()
        return passkeys.expect(
            self._application.change(lambda records: passkeys.take(records, cookie, ceremony, now))
        )

    def _verified(self, challenge: Challenge, answer: str) -> str:
        """Whose passkey has answered. Raises Unauthenticated."""
        verifier = self._expected()
        named = verifier.named_in(answer)
        passkey = self._application.read(
            lambda reads: reads.passkeys.by_credential(named.credential)
        )
        if (
            passkey is None
            or named.user not in (None, passkey.user)
            or challenge.user not in (None, passkey.user)
        ):
            raise Unauthenticated(_UNKNOWN, code="wrong_passkey")
        counter = verifier.counter_of(challenge.content, passkey, answer)
        occasion = self._application.occasion(passkey.user)
        if not self._application.change(
            lambda records: passkeys.note_use(records, passkey, counter, occasion)
        ):
            raise Unauthenticated(_COPIED, code="passkey_copied")
        return passkey.user

    def _expected(self) -> Verifier:
        verifier = self._verifier()
        if verifier is None:
            raise NotFound(message("Passkeys are not offered at this address."))
        return verifier

    def _verifier(self) -> Verifier | None:
        address, known = self._known
        if address != self._address():
            from tierline.connectors.passkeys import (  # noqa: PLC0415 - 30 ms, used by few
                public_address_of,
            )

            address = self._address()
            known = public_address_of(address)
            self._known = (address, known)
        return known
