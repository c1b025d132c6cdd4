"""Who stands behind a token or a session cookie, from memory where it was asked a moment ago.

What is kept is kept for a few seconds, and let go as soon as this process revokes or ends anything.
Another process that shares the database hears of a revocation when its seconds are over.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tierline.access.caller import Caller, Unauthenticated, token_caller, user_caller
from tierline.access.role import Role
from tierline.access.secret import SECRET_LIMIT_CHARACTERS, TOKEN_PREFIX, digest_of_secret
from tierline.actions.reader_languages import called_for
from tierline.kernel.errors import TierlineError

if TYPE_CHECKING:
    from tierline.access.session import Session
    from tierline.access.token import Token
    from tierline.access.user import User
    from tierline.store.records import Reads, Records

KEPT_SECONDS = 5.0
RENEWED_SECONDS = 1.0
"""So long before it ends, one of those who ask reads it again, and the others need not wait."""
KEPT_CALLERS = 100_000
WRITTEN_EVERY_SECONDS = 60.0
_LOG = logging.getLogger("tierline.callers")
Read = Callable[[Callable[["Reads"], "Found"]], "Found"]
Change = Callable[[Callable[["Records"], None]], None]
_NO_TOKEN = "This token is not known, or it has expired or was revoked. Make another one."  # noqa: S105 - a sentence
_NO_SESSION = "You are not signed in, or not any more."


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user. `caller` is what they may do; `language` what they, or else their account,
    call the language that they want to read; empty where neither said anything."""

    caller: Caller
    user: User
    session: Session
    language: str = ""


@dataclass(slots=True)
class Uses:
    """What was seen in use and is not written down yet. It waits for a moment of its own, so that
    no answer waits for it."""

    tokens: dict[str, datetime]
    sessions: dict[str, datetime]
    over: dict[str, datetime]
    """Sessions whose time had run out: they are ended, so that no clock brings them back."""

    def write(self, records: Records) -> None:
        """Note it all."""
        records.tokens.mark_used(self.tokens)
        records.sessions.see_all(self.sessions)
        records.sessions.end_all(self.over)

    def __bool__(self) -> bool:
        return bool(self.tokens or self.sessions or self.over)


class Found(NamedTuple):
    """Who it is, and for how long that holds at most."""

    who: Caller | Visitor
    seconds: float = KEPT_SECONDS


@dataclass(slots=True)
class Kept:
    """Who it is, until when that is believed, and from when on it is read again (of the clock that
    only goes forward)."""

    who: Caller | Visitor
    until: float
    renewed_from: float
    is_being_renewed: bool = False


class Callers:
    """Safe to ask from any thread. `read` and `change` run a function on the database."""

    def __init__(self, read: Read, change: Change, now: Callable[[], datetime]) -> None:
        self._read = read
        self._change = change
        self._now = now
        self._written_at = time.monotonic()
        self._kept: dict[str, Kept] = {}
        self._generation = 0
        self._uses = Uses({}, {}, {})
        self._noting = threading.Lock()

    def of_token(self, secret: str) -> Caller:
        """Who shows this token. Raises Unauthenticated."""
        if not secret.startswith(TOKEN_PREFIX) or len(secret) > SECRET_LIMIT_CHARACTERS:
            raise Unauthenticated(_NO_TOKEN)
        return self.of_digest(digest_of_secret(secret))

    def of_digest(self, digest: str) -> Caller:
        """Who shows the token that this is kept of. Raises Unauthenticated."""
        found = self._found(digest, self._load_token)
        if not isinstance(found, Caller):
            raise Unauthenticated(_NO_TOKEN)
        return found

    def of_session(self, cookie: str) -> Visitor:
        """Who shows this cookie. Raises Unauthenticated."""
        if not cookie or len(cookie) > SECRET_LIMIT_CHARACTERS:
            raise Unauthenticated(_NO_SESSION)
        found = self._found(digest_of_secret(cookie), self._load_session)
        if not isinstance(found, Visitor):
            raise Unauthenticated(_NO_SESSION)
        return found

    def known_token(self, secret: str) -> Caller | None:
        """The same from memory alone; None where the database must be asked."""
        kept = self._kept.get(digest_of_secret(secret))
        if kept is None or not isinstance(kept.who, Caller):
            return None
        now = time.monotonic()
        if now >= kept.renewed_from and not (kept.is_being_renewed and now < kept.until):
            kept.is_being_renewed = True
            return None
        return kept.who

    def forget(self) -> None:
        """Let go of all that is kept: somebody may do less than before."""
        self._generation += 1
        self._kept.clear()

    def write_uses(self) -> None:
        """Write down what waits for it. Where that fails it is lost: it is no more than a note."""
        with self._noting:
            taken, self._uses = self._uses, Uses({}, {}, {})
        try:
            if taken:
                self._change(taken.write)
        except TierlineError as error:
            _LOG.warning("the last uses of tokens were not noted: %s", error)

    def _found(self, digest: str, load: Callable[[Reads, str], Found]) -> Caller | Visitor:
        kept = self._kept.get(digest)
        if kept is not None and time.monotonic() < kept.renewed_from:
            return kept.who
        generation = self._generation
        try:
            found = self._read(lambda reads: load(reads, digest))
        finally:
            self._write_now_and_then()
        if generation == self._generation:  # else it may have been revoked while we read it
            if len(self._kept) >= KEPT_CALLERS:
                self._kept.clear()
            until = time.monotonic() + found.seconds
            self._kept[digest] = Kept(found.who, until, until - RENEWED_SECONDS)
        return found.who

    def _write_now_and_then(self) -> None:
        """Once a minute, on a thread of its own, so that no request waits for it."""
        now = time.monotonic()
        with self._noting:
            if now - self._written_at < WRITTEN_EVERY_SECONDS:
                return
            self._written_at = now
        threading.Thread(target=self.write_uses, name="tierline-uses", daemon=True).start()

    def _load_token(self, reads: Reads, digest: str) -> Found:
        token = reads.tokens.by_digest(digest)
        if token is None or not self._is_open(token):
            raise Unauthenticated(_NO_TOKEN)
        is_partner = token.role is Role.partner and token.account is not None
        granted = self._granted(reads, token.account) if is_partner else frozenset()
        caller = token_caller(token.id, token.role, token.account, token.scopes, granted=granted)
        left = _seconds_left(self._now(), token.expires_at)
        return Found(caller, min(KEPT_SECONDS, left))

    def _is_open(self, token: Token) -> bool:
        """A token that has run out is noted as used too: its last use then says that it is over."""
        now = self._now()
        with self._noting:
            latest = max(now, self._uses.tokens.get(token.id, now))
            self._uses.tokens[token.id] = latest
        return replace(token, last_used_at=max(latest, token.last_used_at or latest)).is_open(now)

    def _load_session(self, reads: Reads, digest: str) -> Found:
        session = reads.sessions.by_digest(digest)
        now = self._now()
        if session is None or not session.is_confirmed(now):
            self._note_over(session, now)
            raise Unauthenticated(_NO_SESSION)
        user = reads.users.get(session.user)
        if user.disabled_at is not None or session.id in self._uses.over:
            raise Unauthenticated(_NO_SESSION)
        if session.is_stale(now):
            with self._noting:
                self._uses.sessions[session.id] = now
        is_partner = Role.partner in user.roles and user.account is not None
        granted = self._granted(reads, user.account) if is_partner else frozenset()
        caller = user_caller(user.id, user.roles, user.account, granted)
        left = _seconds_left(now, session.expires_at)
        language = called_for(reads, user.email, user.account) if user.account else ""
        return Found(Visitor(caller, user, session, language), min(KEPT_SECONDS, left))

    def _note_over(self, session: Session | None, now: datetime) -> None:
        if session is not None and session.ended_at is None and not session.is_open(now):
            with self._noting:
                self._uses.over[session.id] = now

    def _granted(self, reads: Reads, account: str | None) -> frozenset[str]:
        assert account is not None  # noqa: S101 - asked only of who has one
        return reads.partner_access.accounts_open_to(account, at=self._now())


def _seconds_left(now: datetime, expires_at: datetime | None) -> float:
    return KEPT_SECONDS if expires_at is None else (expires_at - now).total_seconds()
