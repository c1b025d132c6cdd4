"""What our own mail filter says is heard, and what a sender says of themselves is not."""

from __future__ import annotations

import pytest

from tierline.connectors.incoming_mail.desk import Desk, trusted_servers
from tierline.connectors.incoming_mail.reading import read_mail

DESK = Desk(trusted=trusted_servers(["mx.vendor.example", "filter.vendor.example", "10.0.0.0/8"]))
AT = "; Tue, 18 Nov 2026 10:00:00 +0100"
FROM_OUTSIDE = f"Received: from mail.evil.example (192.0.2.7) by mx.vendor.example{AT}"
WITHIN = f"Received: from mx.vendor.example (10.0.0.2) by filter.vendor.example{AT}"
THEIRS = f"Received: from pc (198.51.100.1) by mail.evil.example{AT}"
YES = "X-Spam-Flag: YES"
FORGED = "Authentication-Results: mx.vendor.example; spf=pass; dmarc=fail (p=none) header.from=a.b"


def suspicion(*headers: str, desk: Desk = DESK) -> str:
    lines = (*headers, "From: ada@kestrel.example", "Subject: Hello", "", "Hello")
    return read_mail("\r\n".join(lines).encode(), desk).suspicion


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ((YES, FROM_OUTSIDE), "x-spam-flag: YES"),
        (("X-Spam-Status: Yes, score=12.1", FROM_OUTSIDE), "x-spam-status: Yes, score=12.1"),
        ((WITHIN, YES, FROM_OUTSIDE, THEIRS), "x-spam-flag: YES"),
        (
            (FORGED, FROM_OUTSIDE),
            FORGED.replace("Authentication-R", "authentication-r"),
        ),
        (("X-Spam-Flag: NO", FROM_OUTSIDE), ""),
        (("X-Spam-Status: No, score=-1", FROM_OUTSIDE), ""),
        (("Authentication-Results: mx.vendor.example; dmarc=pass", FROM_OUTSIDE), ""),
        (("Authentication-Results: mail.evil.example; dmarc=fail", FROM_OUTSIDE), ""),
        (("Authentication-Results: mx.vendor.example (dmarc=fail); dmarc=pass", FROM_OUTSIDE), ""),
    ],
)
def test_what_a_server_of_ours_wrote_counts(headers: tuple[str, ...], found: str) -> None:
    assert suspicion(*headers) == found


@pytest.mark.parametrize(
    "headers",
    [
        (FROM_OUTSIDE, YES),
        (FROM_OUTSIDE, THEIRS, YES),
        (YES, THEIRS),
        (YES,),
        (WITHIN, THEIRS, YES),
    ],
)
def test_what_stands_below_is_the_senders_word(headers: tuple[str, ...]) -> None:
    assert suspicion(*headers) == ""


def test_without_trusted_servers_nobody_is_believed() -> None:
    assert suspicion(YES, FROM_OUTSIDE, desk=Desk()) == ""
