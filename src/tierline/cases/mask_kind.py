"""Kinds of secrets that do not stay in a text."""

from __future__ import annotations

from enum import StrEnum, auto


class MaskKind(StrEnum):
    """What was taken away. Only the kind is kept, never what stood there."""

    card_number = auto()
    card_code = auto()
    """The three or four digits on the back, where a card number stands in the same text."""
    private_key = auto()
    web_token = auto()
    """A JSON Web Token."""
    aws_access_key = auto()
    aws_secret_key = auto()
    github_token = auto()
    gitlab_token = auto()
    slack_token = auto()
    slack_webhook = auto()
    stripe_key = auto()
    webhook_secret = auto()
    google_key = auto()
    model_key = auto()
    npm_token = auto()
    pypi_token = auto()
    sendgrid_key = auto()
    twilio_key = auto()
    azure_key = auto()
    shopify_token = auto()
    digitalocean_token = auto()
    hugging_face_token = auto()
    telegram_token = auto()
    tierline_token = auto()
    url_password = auto()
    """The password in an address with a user."""
    authorization = auto()
    """What a program shows in an Authorization header."""
    by_hand = auto()
    """One of us took it away."""

    @property
    def words(self) -> str:
        """What people call it."""
        return _WORDS.get(self, self.value.replace("_", " "))


_WORDS = {
    MaskKind.card_code: "card code",
    MaskKind.web_token: "web token",
    MaskKind.aws_access_key: "AWS access key",
    MaskKind.aws_secret_key: "AWS secret key",
    MaskKind.github_token: "GitHub token",
    MaskKind.gitlab_token: "GitLab token",
    MaskKind.slack_token: "Slack token",
    MaskKind.slack_webhook: "Slack webhook",
    MaskKind.stripe_key: "Stripe key",
    MaskKind.google_key: "Google key",
    MaskKind.model_key: "API key",
    MaskKind.pypi_token: "PyPI token",
    MaskKind.sendgrid_key: "SendGrid key",
    MaskKind.twilio_key: "Twilio key",
    MaskKind.azure_key: "Azure key",
    MaskKind.shopify_token: "Shopify token",
    MaskKind.digitalocean_token: "DigitalOcean token",
    MaskKind.hugging_face_token: "Hugging Face token",
    MaskKind.telegram_token: "Telegram token",
    MaskKind.tierline_token: "Tierline token",
    MaskKind.url_password: "password",
    MaskKind.authorization: "credential",
    MaskKind.by_hand: "text",
}
