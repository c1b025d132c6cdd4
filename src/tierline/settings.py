"""Settings from the environment. All have a default, so that nothing needs to be set up."""

from __future__ import annotations

import os
from pathlib import Path

from tierline.kernel.errors import Invalid


def home() -> Path:
    """The folder of this installation's own files: TIERLINE_HOME, else `.tierline` in the user's
    home."""
    stated = os.environ.get("TIERLINE_HOME")
    return Path(stated) if stated else Path.home() / ".tierline"


def shows_traces() -> bool:
    """Whether a fault of ours shows where it happened: TIERLINE_DEBUG is set and not 0."""
    return os.environ.get("TIERLINE_DEBUG", "0") not in ("", "0")


def webhooks_may_go_private() -> bool:
    """Whether webhooks may call private and loopback addresses, and `http:`:
    TIERLINE_WEBHOOKS_TO_PRIVATE is set and not 0."""
    return os.environ.get("TIERLINE_WEBHOOKS_TO_PRIVATE", "0") not in ("", "0")


def address() -> str | None:
    """Where people reach the pages, for links in letters: TIERLINE_ADDRESS
    (https://support.example.com); None where it is not set."""
    stated = os.environ.get("TIERLINE_ADDRESS", "").strip().rstrip("/")
    return stated or None


def language() -> str:
    """The language of pages and mails for readers of whom none is known: TIERLINE_LANGUAGE (de,
    de-AT); English where it is not set."""
    return os.environ.get("TIERLINE_LANGUAGE", "").strip() or "en"


def status_folder() -> Path | None:
    """Where the worker writes the status page as files: TIERLINE_STATUS_DIR; None where it is not
    set."""
    stated = os.environ.get("TIERLINE_STATUS_DIR", "").strip()
    return Path(stated) if stated else None


def mail_server() -> str | None:
    """The mail server that letters go to: TIERLINE_MAIL_SERVER
    (smtp://user:password@host:port); None where it is not set: they go to the terminal."""
    return os.environ.get("TIERLINE_MAIL_SERVER", "").strip() or None


def mail_from() -> str | None:
    """Who letters come from: TIERLINE_MAIL_FROM (Support <support@example.com>); None for the user
    of the mail server."""
    return os.environ.get("TIERLINE_MAIL_FROM", "").strip() or None


def mail_listen() -> str | None:
    """Where 'tierline serve' takes mail: TIERLINE_MAIL_LISTEN (smtp://127.0.0.1:2525, or lmtp://);
    None where it is not set: nowhere."""
    return os.environ.get("TIERLINE_MAIL_LISTEN", "").strip() or None


def mail_certificate() -> tuple[str | None, str | None]:
    """The files of the certificate and the key that mail is taken with by STARTTLS:
    TIERLINE_MAIL_CERTIFICATE and TIERLINE_MAIL_KEY; None where one is not set."""
    names = ("TIERLINE_MAIL_CERTIFICATE", "TIERLINE_MAIL_KEY")
    certificate, key = (os.environ.get(name, "").strip() or None for name in names)
    return certificate, key


def mail_requires_starttls() -> bool:
    """Whether mail is taken over encrypted connections alone: TIERLINE_MAIL_REQUIRE_STARTTLS=1.
    Raises Invalid: what somebody meant by another word is not guessed."""
    stated = os.environ.get("TIERLINE_MAIL_REQUIRE_STARTTLS", "").strip()
    if stated not in ("", "0", "1"):
        words = f"TIERLINE_MAIL_REQUIRE_STARTTLS is '{stated}': write 1, or 0."
        raise Invalid(words)
    return stated == "1"


def mail_addresses() -> tuple[str, ...]:
    """The desk's own addresses, the first of which answers are wanted at: TIERLINE_MAIL_ADDRESSES
    (support@example.com, help@example.com; @example.com for all of a domain)."""
    return _listed("TIERLINE_MAIL_ADDRESSES")


def mail_trusted() -> tuple[str, ...]:
    """Mail servers of ours whose word counts for when a mail arrived: TIERLINE_MAIL_TRUSTED
    (mx.example.com, .example.com, 10.0.0.0/8)."""
    return _listed("TIERLINE_MAIL_TRUSTED")


def mail_domain() -> str | None:
    """The domain of the Message-IDs that we make: TIERLINE_MAIL_DOMAIN; None for that of the
    desk's first address."""
    return os.environ.get("TIERLINE_MAIL_DOMAIN", "").strip().lower() or None


def attachment_scanner() -> str | None:
    """What looks at files for malware: TIERLINE_ATTACHMENT_SCANNER (clamd://127.0.0.1:3310,
    clamd:///run/clamav/clamd.ctl, command:/path/of/program); None where it is not set: nobody."""
    return os.environ.get("TIERLINE_ATTACHMENT_SCANNER", "").strip() or None


def slack_signing_secret() -> str | None:
    """The signing secret of our Slack app: TIERLINE_SLACK_SIGNING_SECRET; None where it is not set:
    no message of Slack is taken."""
    return os.environ.get("TIERLINE_SLACK_SIGNING_SECRET", "").strip() or None


def mail_fetch() -> tuple[str, ...]:
    """Mailboxes that mail is fetched from: TIERLINE_MAIL_FETCH
    (imaps://user:password@imap.example.com/INBOX, several with blanks between)."""
    return tuple(os.environ.get("TIERLINE_MAIL_FETCH", "").split())


def mail_fetch_seconds() -> int:
    """How often: TIERLINE_MAIL_FETCH_SECONDS, 30 where nothing is said; from 5 to 3,600."""
    stated = os.environ.get("TIERLINE_MAIL_FETCH_SECONDS", "").strip()
    return min(max(int(stated), 5), 3_600) if stated.isdigit() else 30


def _listed(name: str) -> tuple[str, ...]:
    return tuple(each for each in os.environ.get(name, "").replace(",", " ").split() if each)


def identity_provider() -> tuple[str, str, str] | None:
    """Issuer, client id and client secret of an OpenID Connect provider: TIERLINE_OIDC_ISSUER,
    TIERLINE_OIDC_CLIENT and TIERLINE_OIDC_SECRET; None where the issuer is not set."""
    names = ("TIERLINE_OIDC_ISSUER", "TIERLINE_OIDC_CLIENT", "TIERLINE_OIDC_SECRET")
    issuer, client, secret = (os.environ.get(name, "").strip() for name in names)
    return (issuer, client, secret) if issuer else None
