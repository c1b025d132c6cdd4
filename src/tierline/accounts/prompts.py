"""What may be shown or sent to a customer, and which purpose of data use it falls under."""

from __future__ import annotations

from enum import StrEnum

from tierline.accounts.consent import Purpose


class Prompt(StrEnum):
    """Kinds of message. An operational notice is part of the service, and always goes."""

    limit_notice = "limit_notice"
    outage_notice = "outage_notice"
    security_notice = "security_notice"
    contract_notice = "contract_notice"
    upsell = "upsell"
    feature_tip = "feature_tip"
    survey = "survey"
    newsletter = "newsletter"

    @property
    def purpose(self) -> Purpose:
        """What personal data is used for in it."""
        return _PURPOSES.get(self, Purpose.service)


_PURPOSES = {
    Prompt.upsell: Purpose.personalisation,
    Prompt.feature_tip: Purpose.personalisation,
    Prompt.survey: Purpose.product_analytics,
    Prompt.newsletter: Purpose.marketing,
}
