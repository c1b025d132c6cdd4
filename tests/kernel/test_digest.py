from __future__ import annotations

from tierline.kernel.digest import canonical_json, digest_of


def test_the_order_of_keys_does_not_change_a_digest() -> None:
    assert digest_of({"a": 1, "b": [2, "ü"]}) == digest_of({"b": [2, "ü"], "a": 1})


def test_canonical_json_has_no_blanks_and_keeps_text_as_it_is() -> None:
    assert canonical_json({"b": "ü", "a": None}) == '{"a":null,"b":"ü"}'.encode()
