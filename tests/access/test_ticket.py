from __future__ import annotations

from tierline.access.secret import digest_of_secret
from tierline.access.ticket import is_ticket, ticket_of, token_of_ticket

DIGEST = digest_of_secret("tl_secret")
TICKET = ticket_of("token_1", DIGEST, "flags", "account_1", "")


def test_a_ticket_is_of_its_token_and_of_what_it_is_about_alone() -> None:
    assert token_of_ticket(TICKET) == "token_1"
    assert is_ticket(TICKET, DIGEST, "flags", "account_1", "")
    assert not is_ticket(TICKET, DIGEST, "flags", "account_2", "")
    assert not is_ticket(TICKET, digest_of_secret("tl_other"), "flags", "account_1", "")
    assert not is_ticket("token_2" + TICKET[7:], DIGEST, "flags", "account_1", "")


def test_what_is_no_ticket_is_none() -> None:
    for wrong in ("", "token_1", "token_1.", "token_1.\ud800", TICKET[:-1]):
        assert not is_ticket(wrong, DIGEST, "flags", "account_1", "")


def test_a_ticket_tells_nothing_of_the_digest() -> None:
    assert DIGEST not in TICKET
