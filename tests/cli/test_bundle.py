"""`tierline bundle`: written by whoever serves, verified by whoever got it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from served import serve_small_world

from tierline.cli.bundle import bundle
from tierline.cli.receipt import receipt
from tierline.kernel.errors import TierlineError

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of an account, in a ZIP."""
    folder = tmp_path_factory.mktemp("bundle")
    with serve_small_world(folder) as served:
        account = served.pine
    output = folder / "evidence.zip"
    result = CliRunner().invoke(
        bundle, ["write", account, "--data", str(folder), "-o", str(output)], obj=None
    )
    assert result.exit_code == 0, result.output
    return output


def verified(file: Path) -> Result:
    return CliRunner().invoke(bundle, ["verify", str(file)])


def packed(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, held in files.items():
            archive.writestr(name, held)
    return content.getvalue()


def held(file: Path) -> Files:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_was_written_verifies(written: Path) -> None:
    result = verified(written)
    assert (result.exit_code, "This bundle verifies." in result.stdout) == (0, True)


def test_what_was_changed_does_not(written: Path, tmp_path: Path) -> None:
    figures = json.loads(held(written)["figures.json"]) | {"met": 5}
    file = tmp_path / "changed.zip"
    file.write_bytes(packed(held(written) | {"figures.json": json.dumps(figures).encode()}))
    result = verified(file)
    assert (result.exit_code, "met comes out as 0" in result.stdout) == (1, True)


def test_it_is_not_written_over_a_file(written: Path) -> None:
    arguments = ["write", "acct_1", "--data", str(written.parent), "-o", str(written)]
    result = CliRunner().invoke(bundle, arguments)
    assert "is there already" in str(result.exception)


NO_BUNDLES: dict[str, Callable[[Files], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda _: b"evidence",
    "a broken ZIP": lambda files: packed(files)[:-30],
    "a ZIP of something else": lambda _: packed({"a.txt": b"a"}),
    "a file more": lambda files: packed(files | {"../more": b""}),
    "a bomb": lambda files: packed(files | {"README.txt": bytes(200 * 1024 * 1024)}),
    "a receipt": lambda _: b'{"format":"tierline/receipt/1"}',
    "figures alone": lambda _: b'{"format":"tierline/attainment/1"}',
}


@pytest.mark.parametrize("kind", NO_BUNDLES)
def test_what_is_no_bundle_is_told_in_a_sentence(kind: str, written: Path, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    file.write_bytes(NO_BUNDLES[kind](held(written)))
    assert isinstance(verified(file).exception, TierlineError)


def test_each_command_names_the_other(written: Path, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text('{"format": "tierline/receipt/1"}')
    assert "tierline receipt verify" in str(verified(file).exception)
    of_receipt = CliRunner().invoke(receipt, ["verify", str(written)])
    assert "tierline bundle verify" in str(of_receipt.exception)
    file.write_text('{"format": "tierline/attainment/1"}')
    figures = CliRunner().invoke(receipt, ["verify", str(file)])
    assert "signed evidence" in str(figures.exception)
