"""The OpenAPI document: what FastAPI knows of the REST routes, and the hot routes beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tierline.api import idempotency
from tierline.api.hot import HotRoute
from tierline.api.links import link
from tierline.api.problems import MEDIA_TYPE, REPLAYED
from tierline.api.routes import made_routes
from tierline.api.versions import IF_MATCH

_SCHEMAS = "#/components/schemas/{name}"
_SAID = {
    200: "Done",
    201: "Made",
    304: "Nothing has changed",
    400: "The request cannot be read",
    401: "Nobody is signed in",
    403: "The caller may not do this",
    404: "Not found",
    409: "This contradicts what is recorded",
    412: "It has changed in the meantime",
    413: "A limit was reached",
    415: "This kind of body is not read",
    422: "The request is not valid",
    429: "There were too many tries",
    503: "The database is busy; try again",
}
_BUSY_KEY = "Also while the first request with the same key is being done"
_REUSED_KEY = "Also where something else was asked under the same key"
_KEY_PARAMETER = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": idempotency.DESCRIPTION,
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": idempotency.KEY_LIMIT_CHARACTERS,
        "pattern": idempotency.PATTERN,
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable: programs may act on it."},
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    **{
                        name: {"type": "string"}
                        for name in ("code", "path", "message", "write_instead", "source")
                    },
                    "line": {"type": ["integer", "null"], "description": "Of the file, from 1."},
                },
            },
        },
    },
}


def document(app: FastAPI, hot_routes: Sequence[HotRoute]) -> None:
    """Let the application's document name the hot routes too."""

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, hot_routes)
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]  # the documented way to extend it


def _document(app: FastAPI, hot_routes: Sequence[HotRoute]) -> dict[str, Any]:
    routes = made_routes(app.routes)
    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=routes
    )
    types = [kind for route in hot_routes for kind in route.types]
    schemas, components = msgspec.json.schema_components(types, ref_template=_SCHEMAS)
    by_type = dict(zip(map(id, types), schemas, strict=True))
    known = found.setdefault("components", {}).setdefault("schemas", {})
    known.update(components)
    known["Problem"] = PROBLEM
    known.pop("HTTPValidationError", None)
    known.pop("ValidationError", None)
    for methods in found["paths"].values():
        for method, operation in methods.items():
            _tell_problems(method, operation)
    for route in hot_routes:
        found["paths"].setdefault(route.path, {})["post"] = _operation(route, by_type)
    link(found["paths"])
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    return found


def _asked(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return list(operation.get("parameters", ()))


def _tell_problems(method: str, operation: dict[str, Any]) -> None:
    """What a REST route answers where it does not do what was asked."""
    statuses = {401, 403, 422, 503}
    named = (each["in"] == "path" or each.get("required") for each in _asked(operation))
    if method != "get" or any(named):
        statuses.add(404)
    if method != "get":
        statuses |= {400, 409, 413, 415}
    statuses |= {404, 409} & set(map(int, operation["responses"]))
    if operation.get("security") == []:
        statuses.add(429)
    headers = {each["name"] for each in _asked(operation) if each["in"] == "header"}
    if IF_MATCH in headers:
        statuses.add(412)
    said = operation["responses"]
    for status in sorted(statuses):
        problem = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS.format(name="Problem")}}}
        said[str(status)] = {"description": _SAID[status], "content": problem}
    if idempotency.HEADER in headers:
        _tell_replays(said)


def _tell_replays(said: dict[str, Any]) -> None:
    """What an operation answers that takes a key."""
    said["409"]["description"] += f". {_BUSY_KEY}"
    said["422"]["description"] += f". {_REUSED_KEY}"
    for status, answer in said.items():
        if status.startswith("2"):
            answer.setdefault("headers", {})[REPLAYED] = {
                "description": "`true` where the answer was given before.",
                "schema": {"type": "string", "enum": ["true"]},
            }


def _operation(route: HotRoute, schemas: dict[int, dict[str, Any]]) -> dict[str, Any]:
    name = route.path.strip("/").replace("/", "_").replace("{", "").replace("}", "")
    written = {"application/json": {"schema": schemas[id(route.writes)]}}
    said: dict[str, Any] = {
        "tags": [route.tag],
        "summary": route.summary,
        "operationId": name,
        "responses": {str(route.good): {"description": _SAID[route.good], "content": written}},
    }
    for status in route.statuses:
        problem = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS.format(name="Problem")}}}
        if status in route.own_errors:
            problem = {"application/json": {"schema": schemas[id(route.refuses)]}}
        content = {200: written, 304: None}.get(status, problem)
        said["responses"][str(status)] = {"description": _SAID[status]} | (
            {"content": content} if content else {}
        )
    if route.reads is not None:
        content = {kind: {"schema": schemas[id(route.reads)]} for kind in route.media_types}
        said["requestBody"] = {"required": True, "content": content}
    parameters: list[dict[str, Any]] = []
    if "{key}" in route.path:
        schema = {"type": "string"}
        parameters.append({"name": "key", "in": "path", "required": True, "schema": schema})
    if route.is_keyed:
        parameters.append(_KEY_PARAMETER)
        _tell_replays(said["responses"])
    return said | ({"parameters": parameters} if parameters else {})
