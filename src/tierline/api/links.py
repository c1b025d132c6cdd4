"""Links of the API document: what is made with one route can be read and changed with others."""

from __future__ import annotations

from typing import Any

_CREATED = "201"
_MADE_BY = {
    "/v1/accounts": ("account", "id"),
    "/v1/accounts/{account}/contacts": ("contact", "id"),
    "/v1/accounts/{account}/legal-holds": ("hold", "id"),
    "/v1/contracts": ("contract", "id"),
    "/v1/invitations": ("invitation", "id"),
    "/v1/reservations": ("key", "reservation/id"),
    "/v1/tokens": ("token", "id"),
    "/v1/users": ("user", "id"),
    "/v1/webhooks": ("webhook", "id"),
}
"""The parameter that a POST makes a value for, and where that value stands in its answer."""


def link(paths: dict[str, dict[str, Any]]) -> None:
    """Say of every route that makes something which routes take its id."""
    for path, (parameter, field) in _MADE_BY.items():
        answer = paths[path]["post"]["responses"].get(_CREATED)
        if answer is not None:
            answer["links"] = _links(paths, path, parameter, field)


def _links(
    paths: dict[str, dict[str, Any]], made_by: str, parameter: str, field: str
) -> dict[str, Any]:
    return {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": {parameter: f"$response.body#/{field}"},
        }
        for path, methods in paths.items()
        if _takes(path, made_by, parameter)
        for operation in methods.values()
    }


def _takes(path: str, made_by: str, parameter: str) -> bool:
    """`{key}` is a reservation's in its own routes, and a flag's elsewhere."""
    is_one_of_its_own = parameter != "key" or path.startswith(made_by)
    return is_one_of_its_own and f"{{{parameter}}}" in path
