"""One way to turn a value into bytes, so that a digest means the same everywhere."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_written = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks (RFC 8785 for values without floats)."""
    return _written(value).encode()


def digest_of(value: Any) -> str:
    """`sha256:` and the hexadecimal digest of the canonical JSON."""
    return digest_of_bytes(canonical_json(value))


def digest_of_bytes(content: bytes) -> str:
    """`sha256:` and the hexadecimal digest of the bytes themselves."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
