"""Published catalogs over HTTP. A version is published once and never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.catalogs import publish_catalog as publish
from tierline.api.answers import Page, TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.catalog.canonical import canonical_bytes
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.queries.catalogs import PublishedVersion, published_versions

if TYPE_CHECKING:
    from tierline.store.records import Records

router = Routes(prefix="/v1/catalogs", tags=["catalog"])
Reader = Annotated[Caller, Depends(may(Permission.read_catalog))]
Publisher = Annotated[Caller, Depends(may(Permission.publish_catalog))]
YAML = "application/yaml"


class VersionAnswer(TypedDict):
    """A published version of a catalog."""

    catalog: Annotated[str, said("The catalog's key.")]
    version: Annotated[str, said("Its date, as 2026-10-01.")]
    digest: Annotated[str, said("Of its canonical form.")]
    published_at: Annotated[str, instant("When it was published.")]


class PublicationAnswer(TypedDict):
    """What came of a publication."""

    catalog: Annotated[str, said("The catalog's key.")]
    version: Annotated[str, said("The version's date.")]
    was_published: Annotated[bool, said("Whether it was there already, with the same content.")]


@router.get("", summary="Published versions")
def list_versions(request: Request, _caller: Reader) -> Page[VersionAnswer]:
    """Of every catalog, the newest first."""
    found = application_of(request).read(lambda reads: published_versions(reads.snapshot))
    return listed([_document(version) for version in found], None)


@router.post(
    "",
    status_code=201,
    summary="Publish a catalog version",
    openapi_extra={
        "requestBody": {"required": True, "content": {YAML: {"schema": {"type": "string"}}}}
    },
)
async def publish_version(request: Request, caller: Publisher, once: Once) -> PublicationAnswer:
    """The body is the catalog file. The same content again changes nothing."""
    body = await request.body()
    catalog = parse_catalog(parse_document(body, "catalog"))
    occasion = application_of(request).occasion(caller.id)

    def work(records: Records) -> PublicationAnswer:
        return {
            "catalog": catalog.catalog,
            "version": catalog.version.isoformat(),
            "was_published": not publish(records, catalog, occasion),
        }

    return await run_in_threadpool(once.change, caller, work)


@router.get(
    "/{catalog}/{version}",
    summary="A published catalog file",
    response_class=Response,
    responses={200: {"content": {YAML: {"schema": {"type": "object"}}}}},
)
def read_version(request: Request, _caller: Reader, catalog: str, version: str) -> Response:
    """In its canonical form, byte for byte as its digest says."""
    found = application_of(request).read(lambda reads: reads.catalogs.get(catalog, version))
    return Response(canonical_bytes(found), media_type=YAML)


def _document(version: PublishedVersion) -> VersionAnswer:
    return {
        "catalog": version.catalog,
        "version": version.version,
        "digest": version.digest,
        "published_at": shown(version.published_at),
    }
