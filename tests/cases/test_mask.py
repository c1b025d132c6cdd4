"""Secrets and card numbers are taken out of texts, and what merely looks like them is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.cases.mask import masked, told_politely, without
from tierline.cases.mask_kind import MaskKind
from tierline.languages.language import ENGLISH

LETTERS = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
# Written in pieces, so that no scanner of source code takes them for somebody's.
SECRETS = {
    "4111 1111 1111 1111": MaskKind.card_number,
    "5555-5555-5555-4444": MaskKind.card_number,
    "4111\u00a01111\u00a01111\u00a01111": MaskKind.card_number,
    "378282246310005": MaskKind.card_number,
    "3782 822463 10005": MaskKind.card_number,
    "2223003122003222": MaskKind.card_number,
    "6011111111111117": MaskKind.card_number,
    "3530111333300000": MaskKind.card_number,
    "30569309025904": MaskKind.card_number,
    "AKIA" + "IOSFODNN7EXAMPLE": MaskKind.aws_access_key,
    "gh" + "p_" + LETTERS[:36]: MaskKind.github_token,
    "github_" + "pat_" + LETTERS[:22] + "_" + (LETTERS + LETTERS)[:59]: MaskKind.github_token,
    "gl" + "pat-" + LETTERS[:20]: MaskKind.gitlab_token,
    "xox" + "b-123456789012-123456789012-" + LETTERS[:24]: MaskKind.slack_token,
    "sk_" + "live_" + LETTERS[:24]: MaskKind.stripe_key,
    "wh" + "sec_" + LETTERS[:32]: MaskKind.webhook_secret,
    "AI" + "za" + LETTERS[:35]: MaskKind.google_key,
    "np" + "m_" + LETTERS[:36]: MaskKind.npm_token,
    "SK" + "0123456789abcdef" * 2: MaskKind.twilio_key,
    "tl_" + (LETTERS + "xyz"): MaskKind.tierline_token,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0." + LETTERS[:30]: MaskKind.web_token,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----":
        MaskKind.private_key,
}  # fmt: skip
HARMLESS = [
    "order 4111111111111111",
    "Bestellnummer: 4111111111111111",
    "invoice no. 4111111111111111",
    "https://shop.example/orders/4111111111111111",
    "4111-1111-1111-1112",  # the check digit is wrong
    "9111111111111111",  # nobody issues these
    "+4111111111111111",
    "+49 30 901820 4711",
    "0049 170 1234567890",
    "(555) 555-5555 ext. 4444",
    "550e8400-e29b-41d4-a716-446655440000",
    "12345678-1234-4234-8234-123456789012",
    "4111111111111111abc",
    "0.4111111111111111",
    "IMEI 352099001761481",
    "2025-11-18T09:00:05.123456",
    "1763755200000000",
    "DE89 3704 0044 0532 0130 00",
    "case_01ka0v6ge0e00abvem4gyepfzx",
    "sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
    "pip install sk-learn sk-image npm_config_registry tl_dr",
    "http://someone@host.example/ and https://host.example:8443/path@2",
    "-----BEGIN CERTIFICATE-----",
    "eyJub3QiOiJhIHRva2VuIn0.eyJub3QiOiJhIHRva2VuIn0.0123456789abcdef",  # no `alg` in its head
    "Password: does not work since Monday",
    "cvv 123",  # and no card
]


@pytest.mark.parametrize(("secret", "kind"), SECRETS.items(), ids=lambda each: str(each)[:12])
def test_a_secret_is_taken_out_and_the_words_around_it_stay(secret: str, kind: MaskKind) -> None:
    text, masks = masked(f"Here it is: {secret}\nThanks, Ada")
    assert secret not in text
    assert (text[:12], text[-12:]) == ("Here it is: ", "\nThanks, Ada")
    assert [(each.kind, each.position) for each in masks] == [(kind, 12)]
    assert text[masks[0].position] == "["


@pytest.mark.parametrize("text", HARMLESS)
def test_what_merely_looks_like_a_secret_stays(text: str) -> None:
    assert masked(f"See {text} please.") == (f"See {text} please.", ())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("4111 1111 1111 1111 CVC: 123",
         "[card number removed, it ended in 1111] CVC: [card code removed]"),
        ("postgres://bob:hunter2@db/x", "postgres://bob:[password removed]@db/x"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [credential removed]"),
        ("aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
         "aws_secret_access_key = [AWS secret key removed]"),
        ("> -----BEGIN PRIVATE KEY-----\n> MIIEpAIBAAKCAQEA7abc\n> that is all",
         "> [private key removed]\n> that is all"),
    ],
)  # fmt: skip
def test_only_the_secret_goes_and_not_what_it_is_for(text: str, left: str) -> None:
    assert masked(text)[0] == left


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*SECRETS, *HARMLESS, " ", "\n", "cvv 123", "x"]), max_size=8))
def test_of_a_text_without_secrets_nothing_more_is_taken(pieces: list[str]) -> None:
    once, _ = masked(" ".join(pieces))
    assert masked(once) == (once, ())


@pytest.mark.parametrize(
    "piece", ["-----BEGIN PRIVATE KEY-----", "4111 ", "aws_secret_", "a://:", "eyJ", "xoxb-1-", "4"]
)
def test_no_text_keeps_a_processor_busy(piece: str) -> None:
    hostile = (piece * 200_000)[:200_000]
    before = time.process_time()
    masked(hostile)
    assert time.process_time() - before < 5  # about 0.2 s; a square of the length would be minutes


def test_words_are_taken_out_wherever_they_stand() -> None:
    assert without("a pass b pass", "pass") == ("a [removed] b [removed]", (2, 14))


def test_what_is_told_names_kinds_and_no_secret() -> None:
    told = told_politely(
        [MaskKind.card_number, MaskKind.github_token, MaskKind.card_number], ENGLISH
    )
    assert "(card number and GitHub token)" in told
