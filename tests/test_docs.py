"""Docs cannot lie: the commands, options, files and settings that they name exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tierline.cli.main import tierline

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_COMMAND = re.compile(r"^\s*(?:\$ )?(tierline [a-z].*)$", re.MULTILINE)
_INLINE = re.compile(r"`(tierline [a-z][^`\n]*)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def commands_in(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```(?:sh|bash|console)?\n(.*?)```", text, re.DOTALL):
        yield from _COMMAND.findall(block)
    yield from _INLINE.findall(text)


def resolved(line: str) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and the words after its name."""
    call = re.split(r" [#|>] ?", line, maxsplit=1)[0]
    words = shlex.split(call)[1:]
    command: click.Command = tierline
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"there is no command '{words[0]}' in: {line}"
        command, words = found, words[1:]
    return command, words


def every_command(group: click.Group, path: str) -> Iterator[str]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page: Path) -> None:
    for line in commands_in(page):
        command, words = resolved(line)
        known = {option for parameter in command.params for option in parameter.opts}
        known |= {"-h", "--help", "--version"}
        used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used <= known, f"{sorted(used - known)} in: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_page_stands_in_the_map_of_documents() -> None:
    docs = ROOT / "docs"
    named = set(_LINK.findall((docs / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in docs.glob("*.md")} - {"README.md"} <= named


def test_every_command_is_documented() -> None:
    text = " ".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [name for name in every_command(tierline, "tierline") if name not in text]
    assert missing == []


def test_every_command_says_what_it_does() -> None:
    for name in every_command(tierline, "tierline"):
        command, _ = resolved(name)
        assert command.help, name


def test_settings_of_the_docs_are_those_of_the_code() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("bin/*")]
    read = {
        name for path in sources for name in re.findall(r"TIERLINE_[A-Z]+", path.read_text("utf-8"))
    }
    stated = set(re.findall(r"TIERLINE_[A-Z]+", (ROOT / "docs/settings.md").read_text("utf-8")))
    assert stated == read


def test_every_package_says_what_it_means() -> None:
    packages = {path.parent for path in (ROOT / "src/tierline").glob("*/__init__.py")}
    assert [p.name for p in sorted(packages) if not (p / "README.md").exists()] == []
