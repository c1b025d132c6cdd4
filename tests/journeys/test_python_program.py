from __future__ import annotations

import re
from pathlib import Path

import pytest
from served import world_of

DOCUMENTATION = Path(__file__).parents[2] / "docs/entitlements.md"


def test_the_program_in_the_documentation_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    account = world_of(("--data", str(folder)))
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.DOTALL)
    asked = program.replace("engineering_hours", "reports")
    exec(asked, {"folder": folder, "account": account})  # noqa: S102 - our own documentation
    assert capsys.readouterr().out == "allow Reports is included.\n"
