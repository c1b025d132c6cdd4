"""What the settings say of mail that is taken here."""

from __future__ import annotations

import pytest

from tierline import settings
from tierline.kernel.errors import Invalid


@pytest.mark.parametrize(("stated", "is_required"), [("", False), ("0", False), ("1", True)])
def test_encryption_is_required_where_it_is_said(
    monkeypatch: pytest.MonkeyPatch, stated: str, is_required: bool
) -> None:
    monkeypatch.setenv("TIERLINE_MAIL_REQUIRE_STARTTLS", stated)
    assert settings.mail_requires_starttls() is is_required


@pytest.mark.parametrize("stated", ["true", "yes", "2"])
def test_a_word_that_could_mean_that_is_never_taken_for_no(
    monkeypatch: pytest.MonkeyPatch, stated: str
) -> None:
    monkeypatch.setenv("TIERLINE_MAIL_REQUIRE_STARTTLS", stated)
    with pytest.raises(Invalid, match="TIERLINE_MAIL_REQUIRE_STARTTLS"):
        settings.mail_requires_starttls()
