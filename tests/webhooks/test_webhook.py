from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tierline.kernel.errors import Invalid
from tierline.kernel.facts import Fact
from tierline.kernel.ids import FactId, WebhookId
from tierline.webhooks.webhook import Webhook, check, wants

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
HOOK = Webhook(
    id=WebhookId("webhook_1"),
    url="https://partner.example/hooks",
    kinds=(),
    account=None,
    note="",
    made_at=NOW,
)


def fact(kind: str = "ContractSigned", subject: str = "account_1", **body: str) -> Fact:
    return Fact(FactId("fact_1"), NOW, NOW, kind, subject, body)


@pytest.mark.parametrize(
    ("hook", "of", "wanted"),
    [
        (HOOK, fact(), True),
        (replace(HOOK, kinds=("ContractSigned", "AccountOpened")), fact(), True),
        (replace(HOOK, kinds=("AccountOpened",)), fact(), False),
        (replace(HOOK, account="account_1"), fact(), True),
        (replace(HOOK, account="account_1"), fact(subject="case_1", account="account_1"), True),
        (replace(HOOK, account="account_2"), fact(), False),
        (replace(HOOK, disabled_at=NOW), fact(), False),
        (replace(HOOK, made_at=NOW + timedelta(seconds=1)), fact(), False),
    ],
)
def test_a_webhook_hears_what_it_asked_for_since_it_is_there(
    hook: Webhook, of: Fact, wanted: bool
) -> None:
    assert wants(hook, of) is wanted


@pytest.mark.parametrize(
    "url",
    [
        "",
        "partner.example/hooks",
        "ftp://partner.example/",
        "https://",
        "https:///path",
        "https://user@partner.example/",
        "https://:secret@partner.example/",
        "https://partner.example/#part",
        "https://partner.example:0/",
        "https://partner.example:99999/",
        "https://[::1",
        "https://partner.example/a b",
        "https://partner.example/\r\nHost: other",
        "https://pärtner.example/",
        "https://partner.example/" + "a" * 2_000,
        "http://partner.example/",
    ],
)
def test_what_is_no_address_outside_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(url, (), "", allows_plain=False)
    assert [fault.path for fault in refused.value.faults] == ["url"]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check("nowhere", ("contract.signed", "X" * 200), "n" * 501, allows_plain=False)
    assert [fault.path for fault in refused.value.faults] == ["url", "kinds[0]", "kinds[1]", "note"]


def test_an_installation_may_allow_plain_addresses_of_its_own() -> None:
    check("http://127.0.0.1:9000/hook", ("ContractSigned",), "", allows_plain=True)
