"""The README's questions to the sample company have the answers that stand below them."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from click.testing import CliRunner
from sample_companies import Companies

from tierline.bootstrap.application import FILE_NAME
from tierline.cli.main import tierline

README = Path(__file__).parents[2] / "README.md"
_ASKED = re.compile(r"^tierline (check .*)\n```\n\n```\n(.*?)```", re.MULTILINE | re.DOTALL)


def test_the_check_is_answered_as_the_readme_says(companies: Companies, tmp_path: Path) -> None:
    (asked, answer), *others = _ASKED.findall(README.read_text(encoding="utf-8"))
    assert not others
    shutil.copy(companies.folder() / FILE_NAME, tmp_path)
    words = [str(tmp_path) if word == "halyard" else word for word in shlex.split(asked)]
    result = CliRunner().invoke(tierline, words)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(answer)
