from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tierline.kernel.facts import Fact
from tierline.kernel.ids import FactId
from tierline.webhooks.message import content_of, headers_of, new_secret

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
FACT = Fact(FactId("fact_1"), AT, AT, "ContractSigned", "account_1", {"words": "Grüße", "n": 1})


def test_the_library_of_the_standard_verifies_what_we_sign() -> None:
    secret, content = new_secret(secrets.randbits), content_of(FACT)
    headers = headers_of("message_1", content, [secret], now=datetime.now(tz=UTC))
    assert Webhook(secret).verify(content, headers) == {
        "type": "ContractSigned",
        "timestamp": "2026-10-01T09:00:00Z",
        "data": {
            "fact": "fact_1",
            "subject": "account_1",
            "recorded_at": "2026-10-01T09:00:00Z",
            "words": "Grüße",
            "n": 1,
        },
    }


def test_one_changed_byte_does_not_verify() -> None:
    secret, content = new_secret(secrets.randbits), content_of(FACT)
    headers = headers_of("message_1", content, [secret], now=datetime.now(tz=UTC))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(content.replace(b"account_1", b"account_2"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(content, headers | {"webhook-id": "message_2"})


def test_while_a_secret_is_changed_both_verify() -> None:
    old, new, content = new_secret(secrets.randbits), new_secret(secrets.randbits), b"{}"
    headers = headers_of("message_1", content, [new, old], now=datetime.now(tz=UTC))
    assert Webhook(old).verify(content, headers) == Webhook(new).verify(content, headers) == {}


def test_the_content_is_the_same_however_often_it_is_made() -> None:
    assert content_of(FACT) == content_of(FACT)
    assert json.loads(content_of(FACT))["data"]["words"] == "Grüße"
