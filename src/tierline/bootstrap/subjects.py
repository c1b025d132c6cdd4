"""Who is meant by the subject of a usage event: an account by its id, or by an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application


class KnownSubjects:
    """The accounts that this process knows."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def account_of_subject(self, subject: str) -> str | None:
        """The account; None where the subject stands for nobody yet."""
        account = self._application.account_of(subject)
        return account if account in self._application.rulebook.ruleset.accounts else None

    def anchor_of(self, account: str, at: int) -> int:
        """Where the account's periods begin at an instant, in microseconds."""
        span = self._application.rulebook.span_of(account, at)
        return 0 if span is None else span.cycles.anchor
