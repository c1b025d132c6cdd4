"""The API document: what a client can be generated from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from served import serve_small_world

METHODS = frozenset({"get", "put", "post", "delete", "patch"})


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with serve_small_world(tmp_path_factory.mktemp("document")) as served:
        return dict(served.nobody.get("/openapi.json").json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_has_a_name_of_its_own_a_tag_and_a_summary(
    document: dict[str, Any],
) -> None:
    names = [operation.get("operationId") for _, operation in operations(document)]
    assert len(names) == len(set(names))
    for label, operation in operations(document):
        assert operation.get("operationId"), label
        assert operation.get("tags"), label
        assert operation.get("summary"), label


def test_every_link_leads_to_an_operation_that_takes_what_it_brings(
    document: dict[str, Any],
) -> None:
    takes = {
        operation["operationId"]: {each["name"] for each in operation.get("parameters", ())}
        for _, operation in operations(document)
    }
    links = [
        link
        for _, operation in operations(document)
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert len(links) > 40
    for link in links:
        assert set(link["parameters"]) <= takes[link["operationId"]], link


def test_what_takes_if_match_tells_of_412(document: dict[str, Any]) -> None:
    stated = [
        (label, operation)
        for label, operation in operations(document)
        if any(each["name"] == "If-Match" for each in operation.get("parameters", ()))
    ]
    assert "PUT /v1/accounts/{account}" in dict(stated)
    for label, operation in stated:
        assert "412" in operation["responses"], label


FREE_ANSWERS = {
    "POST /ofrep/v1/evaluate/flags": "OpenFeature's protocol says what stands in it",
}
FOREIGN_FIELDS = frozenset({"Flag"})
"""Types whose fields another specification explains."""


def answers(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What operations answer where they do what was asked, as JSON."""
    for label, operation in operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if status.startswith("2") and content is not None:
                yield label, content["schema"]


def whole(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference stands for, or the items of a list."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return whole(document, document["components"]["schemas"][name])
    return whole(document, schema["items"]) if schema.get("type") == "array" else schema


def test_every_answer_says_its_fields(document: dict[str, Any]) -> None:
    free = {label for label, schema in answers(document) if not fields(document, schema)}
    assert free == set(FREE_ANSWERS)


def fields(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The fields of an answer; of a page of a list those of its items, where they have any."""
    found = dict(whole(document, schema).get("properties", {}))
    if set(found) == {"items", "next"}:
        return dict(whole(document, found["items"]).get("properties", {}))
    return found


def test_every_field_of_an_answer_says_its_meaning(document: dict[str, Any]) -> None:
    seen: set[str] = set()
    for _, schema in answers(document):
        for name in reached(document, schema, seen):
            for field, said in document["components"]["schemas"][name]["properties"].items():
                assert said.get("description"), (name, field)
    assert len(seen) > 60


def reached(document: dict[str, Any], schema: Any, seen: set[str]) -> Iterator[str]:
    """Names of the types that stand in an answer, each once."""
    if isinstance(schema, list):
        for each in schema:
            yield from reached(document, each, seen)
    if not isinstance(schema, dict):
        return
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name and name not in seen and name not in FOREIGN_FIELDS:
        seen.add(name)
        found = document["components"]["schemas"][name]
        if "properties" in found:
            yield name
        yield from reached(document, found, seen)
    for each in schema.values():
        yield from reached(document, each, seen)
