"""The API document: what a client can be generated from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from served import Served

METHODS = frozenset({"get", "put", "post", "delete", "patch"})


@pytest.fixture
def document(served: Served) -> dict[str, Any]:
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
