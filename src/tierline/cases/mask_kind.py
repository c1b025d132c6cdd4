"""Kinds of secrets that do not stay in a text."""

from __future__ import annotations

from enum import StrEnum, auto

from tierline.languages.language import message


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
        return _WORDS[self]


_WORDS = {
    MaskKind.npm_token: message("npm token"),
    MaskKind.webhook_secret: message("webhook secret"),
    MaskKind.private_key: message("private key"),
    MaskKind.card_number: message("card number"),
    MaskKind.card_code: message("card code"),
    MaskKind.web_token: message("web token"),
    MaskKind.aws_access_key: message("AWS access key"),
    MaskKind.aws_secret_key: message("AWS secret key"),
    MaskKind.github_token: message("GitHub token"),
    MaskKind.gitlab_token: message("GitLab token"),
    MaskKind.slack_token: message("Slack token"),
    MaskKind.slack_webhook: message("Slack webhook"),
    MaskKind.stripe_key: message("Stripe key"),
    MaskKind.google_key: message("Google key"),
    MaskKind.model_key: message("API key"),
    MaskKind.pypi_token: message("PyPI token"),
    MaskKind.sendgrid_key: message("SendGrid key"),
    MaskKind.twilio_key: message("Twilio key"),
    MaskKind.azure_key: message("Azure key"),
    MaskKind.shopify_token: message("Shopify token"),
    MaskKind.digitalocean_token: message("DigitalOcean token"),
    MaskKind.hugging_face_token: message("Hugging Face token"),
    MaskKind.telegram_token: message("Telegram token"),
    MaskKind.tierline_token: message("Tierline token"),
    MaskKind.url_password: message("password"),
    MaskKind.authorization: message("credential"),
    MaskKind.by_hand: message("text"),
}
