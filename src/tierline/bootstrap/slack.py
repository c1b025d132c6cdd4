"""Messages of Slack: joins its requests and the one way in for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline import settings
from tierline.access.caller import Unauthenticated
from tierline.actions.outside_messages import OutsideOrder
from tierline.bootstrap.mails import take_outside
from tierline.connectors import slack_requests
from tierline.kernel.errors import NotFound

if TYPE_CHECKING:
    from tierline.actions.outside_messages import Taken
    from tierline.bootstrap.application import Application

BY = "slack"
"""Who writes down what came from there."""


def challenge(application: Application, headers: tuple[str, str], body: bytes) -> str | None:
    """What Slack wants to hear back, if it only asks whether we are here. Raises NotFound where
    nothing is stated of Slack, Unauthenticated for what it did not sign, and Invalid."""
    secret = settings.slack_signing_secret()
    if secret is None:
        raise NotFound("Messages of Slack are not taken here.")
    if not slack_requests.is_signed(secret, headers, body, application.now()):
        raise Unauthenticated("Slack did not sign this, or a long time ago.")
    return slack_requests.challenge_of(body)


def take(application: Application, body: bytes) -> Taken | None:
    """The message of a signed request in its case; None for what is no person's message. Whose
    channel it is, an alias of the account says: the channel's id. Raises Invalid and Conflict."""
    message = slack_requests.message_of(body)
    if message is None:
        return None
    account = application.account_of(message.channel)
    order = OutsideOrder(
        source="slack",
        thread=message.thread,
        message=message.message,
        text=message.text,
        account=None if account == message.channel else account,
        at=message.at,
    )
    occasion = application.occasion(BY)
    return application.change(lambda records: take_outside(application, records, order, occasion))
