"""The catalogs hold every message of the code, whole and as it may stand on a page."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import nodes

from tierline.languages.locales import languages
from tierline.web.pages import environment

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [code for code in languages() if code != "en"]
_VALUE = re.compile(r"%\((\w+)\)s")
_MARKUP = re.compile(r"<[^>]*>|[\"<>&]")


@cache
def tool() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "bin" / "messages"))


@cache
def template() -> Catalog:
    found = tool()["template"]()
    assert isinstance(found, Catalog)
    return found


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def asked(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated_and_none_is_left_over(code: str) -> None:
    catalog = tool()["catalog_of"](code)
    assert {each.id for each in catalog if each.id} == {each.id for each in template() if each.id}
    assert [each.id for each in catalog if each.id and not all(said(each))] == []
    assert [each.id for each in catalog if each.fuzzy and each.id] == []


@pytest.mark.parametrize("code", OTHERS)
def test_values_and_markup_are_those_of_the_message(code: str) -> None:
    for message in tool()["catalog_of"](code):
        if not message.id:
            continue
        values = {value for text in asked(message) for value in _VALUE.findall(text)}
        marks = sorted(_MARKUP.findall(asked(message)[-1]))
        for text in said(message):
            assert set(_VALUE.findall(text)) <= values, message.id
            assert "%" not in _VALUE.sub("", text).replace("%%", ""), message.id
            assert sorted(_MARKUP.findall(text)) == marks, message.id
        assert set(_VALUE.findall(said(message)[-1])) == values, message.id


def test_what_a_template_translates_is_written_there() -> None:
    """What is translated there is trusted as markup, so that no value may go that way."""
    pages = environment()
    for name in pages.list_templates(extensions=["html"]):
        tree = pages.parse(pages.loader.get_source(pages, name)[0])  # type: ignore[union-attr]
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext"):
                assert isinstance(call.args[0], nodes.Const), f"{name}:{call.lineno}"
