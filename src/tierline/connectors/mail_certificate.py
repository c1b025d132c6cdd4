"""The certificate with which mail that is taken is encrypted."""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from tierline.kernel.errors import Fault, Invalid

_LOG = logging.getLogger("tierline.mails")


class ListenEncryption:
    """What connections are encrypted with by STARTTLS; where it `is_required` no mail is taken
    before that. What stands in the files of the certificate is read again once they have changed:
    a certificate is renewed every few weeks, and nobody restarts a server for it."""

    def __init__(self, certificate: str, key: str | None, *, is_required: bool) -> None:
        self.is_required = is_required
        self._certificate, self._key = certificate, key
        self._read = self._as_they_are()
        self._context = _context_of(certificate, key)

    def context(self) -> ssl.SSLContext:
        """With what the next connection is encrypted. Files that cannot be used, as while only one
        of the two is there yet, leave it as it was until they change again."""
        found = self._as_they_are()
        if found != self._read:
            self._read = found
            try:
                self._context = _context_of(self._certificate, self._key)
            except Invalid as error:
                _LOG.warning("the certificate of before is used: %s", error.faults[0].message)
            else:
                _LOG.info("the certificate of %s is used from now on", self._certificate)
        return self._context

    def _as_they_are(self) -> tuple[tuple[int, ...] | None, ...]:
        return tuple(_seen(each) for each in (self._certificate, self._key) if each)


def listen_encryption(
    certificate: str | None, key: str | None, *, is_required: bool
) -> ListenEncryption | None:
    """The certificate (with those that lead to its root) and the key in these files; None where
    nothing is stated. The key may stand in the file of the certificate. Raises Invalid."""
    if certificate is None:
        if key is None and not is_required:
            return None
        name = "TIERLINE_MAIL_KEY" if key else "TIERLINE_MAIL_REQUIRE_STARTTLS"
        raise _no_encryption(f"{name} is set, and no certificate is.")
    return ListenEncryption(certificate, key, is_required=is_required)


def _seen(file: str) -> tuple[int, ...] | None:
    """What is another once somebody wrote a file, put another one in its place, or said who may
    read it: a key that was renewed is handed over after it was written."""
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev


def _context_of(certificate: str, key: str | None) -> ssl.SSLContext:
    """A context of its own each time: one that is given another kind of key keeps both."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        words = f"The certificate and the key cannot be used: {error.reason or error}."
        raise _no_encryption(words) from None
    except OSError as error:
        raise _no_encryption(f"A file cannot be read: {error.strerror or error}.") from None
    return context


def _no_password() -> str:
    """Of a key that is encrypted: nobody sits at the terminal of a server to type it."""
    return ""


def _no_encryption(words: str) -> Invalid:
    fault = Fault(
        "bad_mail_certificate",
        words,
        "TIERLINE_MAIL_CERTIFICATE",
        "Name a file with the certificate in PEM, and one with its key in TIERLINE_MAIL_KEY.",
    )
    return Invalid("Mail cannot be taken as stated.", [fault], code="bad_mail_certificate")
