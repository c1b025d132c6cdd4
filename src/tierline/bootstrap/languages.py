"""The installation's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline import settings
from tierline.kernel.errors import Invalid
from tierline.languages.locales import language_named, languages

if TYPE_CHECKING:
    from tierline.languages.language import Language


def stated_language() -> Language:
    """That of the settings. Raises Invalid for one that there is no catalog of."""
    tag = settings.language()
    found = language_named(tag)
    if found is None:
        raise Invalid(
            f"TIERLINE_LANGUAGE is '{tag}', of which there is no catalog. There are "
            f"{', '.join(languages())}.",
            code="unknown_language",
        )
    return found
