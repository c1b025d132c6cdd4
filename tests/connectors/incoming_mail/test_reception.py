"""Clocks hang on it: when did a server that we trust have the mail?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from mails import codes, mail

from tierline.connectors.incoming_mail.desk import Desk, trusted_servers
from tierline.connectors.incoming_mail.mail import IncomingMail
from tierline.connectors.incoming_mail.reading import read_mail
from tierline.kernel.errors import Invalid

DESK = Desk(trusted=trusted_servers(["mx.vendor.example", "store.vendor.example", "10.0.0.0/8"]))
MX = (
    "from mail.kestrel.example (mail.kestrel.example [192.0.2.7])\r\n by mx.vendor.example "
    "(Postfix) with ESMTPS id 4Xy for <support@vendor.example>;\r\n "
    "Wed, 18 Nov 2026 10:00:05 +0100 (CET)"
)
STORE = (
    "from mx.vendor.example (mx.vendor.example [10.0.0.2]) by store.vendor.example with LMTP; "
    "Wed, 18 Nov 2026 11:30:00 +0100"
)
AT_MX = datetime(2026, 11, 18, 9, 0, 5, tzinfo=UTC)
AT_STORE = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)


def received(*headers: str, desk: Desk = DESK) -> IncomingMail:
    block = "".join(f"Received: {header}\r\n" for header in headers)
    return read_mail(block.encode() + mail(Date="Thu, 1 Jan 1970 00:00:00 +0000"), desk)


def test_the_server_that_took_it_says_when() -> None:
    found = received(MX)
    assert found.received_at == AT_MX
    assert found.reception is not None
    assert found.reception.host == "mx.vendor.example"


def test_the_first_of_our_servers_counts_and_not_the_last() -> None:
    assert received(STORE, MX).received_at == AT_MX


def test_a_chain_that_lies_below_our_server_changes_nothing() -> None:
    lie = MX.replace("10:00:05", "03:00:00")
    assert received(MX, lie).received_at == AT_MX


@pytest.mark.parametrize(
    "greeting", ["[10.0.0.9]", "mx.vendor.example", "store.vendor.example (10.0.0.2)"]
)
def test_a_sender_that_greets_as_our_server_is_not_believed(greeting: str) -> None:
    peer = f"from {greeting} (unknown [198.51.100.6])"
    real = f"{peer} by mx.vendor.example; Wed, 18 Nov 2026 10:00:05 +0100"
    lie = MX.replace("10:00:05", "03:00:00")
    assert received(real, lie).received_at == AT_MX


def test_without_our_server_on_top_nothing_is_believed() -> None:
    found = received(MX.replace("by mx.vendor.example", "by mx.evil.example"), MX)
    assert found.received_at is None
    assert codes(found) == ["no_trusted_reception"]


@pytest.mark.parametrize(
    "header",
    [
        MX.replace("Wed, 18 Nov 2026 10:00:05 +0100 (CET)", "some day"),
        MX.replace("2026", "99999"),
        MX.replace(";", ""),
        "by",
        "from",
        "",
        "(qmail 123 invoked by uid 0); 18 Nov 2026 10:00:00 -0000",
        "from x (by mx.vendor.example) by evil.example; 18 Nov 2026 10:00:00 -0000",
        "from by mx.vendor.example; 18 Nov 2026 10:00:00 -0000",
    ],
)
def test_a_header_that_names_no_server_or_no_time_says_nothing(header: str) -> None:
    assert received(header).received_at is None


def test_a_zone_that_is_not_stated_is_utc() -> None:
    found = received("by mx.vendor.example; 18 Nov 2026 10:00:00 -0000")
    assert found.received_at == datetime(2026, 11, 18, 10, tzinfo=UTC)


def test_all_servers_below_a_name_may_be_trusted() -> None:
    header = "from a by am0pr.eurprd.outlook.example (2603:10a6::1) with SMTP; 18 Nov 2026 10:00 Z"
    desk = Desk(trusted=trusted_servers([".outlook.example"]))
    assert received(header, desk=desk).received_at is not None
    desk = Desk(trusted=trusted_servers(["outlook.example"]))
    assert received(header, desk=desk).received_at is None


def test_where_no_server_is_trusted_none_is_missed() -> None:
    found = received(MX, desk=Desk())
    assert found.received_at is None
    assert found.faults == ()


def test_what_is_no_server_cannot_be_trusted() -> None:
    with pytest.raises(Invalid) as refused:
        trusted_servers(["mx.vendor.example", "http://x", "", "10.0.0.0/99"])
    assert len(refused.value.faults) == 3
