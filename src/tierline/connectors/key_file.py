"""The installation's signing key as a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tierline.kernel.errors import Invalid
from tierline.kernel.signing import SigningKey

if TYPE_CHECKING:
    from pathlib import Path


def load_or_make_key(path: Path) -> SigningKey:
    """Read the key, or make it with the first use. Two first uses at once agree on one key.

    Raises Invalid where the file is no key, or the folder cannot be written.
    """
    try:
        if not path.exists():
            _make(path)
        return SigningKey.from_text(path.read_text())
    except OSError as error:
        raise Invalid(
            f"The signing key {path} cannot be read or made: {error.strerror}. Set TIERLINE_HOME "
            "to a folder that you may write.",
            code="no_signing_key",
        ) from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(SigningKey.generate().to_text() + "\n")
    try:
        os.link(own, path)
    except FileExistsError:
        pass  # another process was first; its key is the one
    finally:
        own.unlink()
