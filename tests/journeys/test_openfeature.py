"""OpenFeature's own client for Python, unchanged, against a running server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason
from running_server import running_server
from served import Served, serve_small_world

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """The address of a server, a token for it, and an account on Priority."""
    folder = tmp_path_factory.mktemp("openfeature")
    with serve_small_world(folder / "data") as served:
        token, account = _token(served), served.pine
    with running_server("--data", str(folder / "data"), log=folder / "log") as address:
        yield address, token, account


def _token(served: Served) -> str:
    made = served.operator.post("/v1/tokens", json={"role": "product"})
    return str(made.json()["token"])


@pytest.fixture
def client(world: tuple[str, str, str]) -> Iterator[OpenFeatureClient]:
    address, token, account = world
    provider = OFREPProvider(address, headers_factory=lambda: {"Authorization": f"Bearer {token}"})
    api.set_provider(provider)
    found = api.get_client()
    found.context = EvaluationContext(account)
    yield found
    provider.session.close()
    api.clear_providers()


def test_a_boolean_says_whether_it_is_given(client: OpenFeatureClient) -> None:
    assert client.get_boolean_value("reports", default_value=False) is True
    assert client.get_boolean_value("phone", default_value=True) is False


def test_an_integer_says_how_much(client: OpenFeatureClient) -> None:
    assert client.get_integer_value("sandboxes.limit", default_value=0) == 5


def test_a_float_says_how_many_hours(client: OpenFeatureClient) -> None:
    assert client.get_float_value("hours.remaining", default_value=0.0) == 10.0


def test_an_object_is_the_whole_promise(client: OpenFeatureClient) -> None:
    target = client.get_object_value("S1.acknowledge.value", default_value={})
    assert target["within"] == "PT1H"
    decision = client.get_object_details("hours.decision", default_value={})
    assert decision.value["promise_id"] == "acme/priority/hours"


def test_a_string_is_a_promise_in_words(client: OpenFeatureClient) -> None:
    assert client.get_string_value("region.value", default_value="") == "EU"


def test_details_carry_variant_reason_and_the_promise(client: OpenFeatureClient) -> None:
    details = client.get_boolean_details("sandboxes", default_value=False)
    assert details.reason is Reason.TARGETING_MATCH
    assert details.variant == "allow"
    assert details.flag_metadata["promise_id"] == "acme/priority/sandboxes"


def test_a_flag_that_is_not_there_gives_the_default(client: OpenFeatureClient) -> None:
    details = client.get_boolean_details("teleport", default_value=True)
    assert (details.value, details.error_code) == (True, ErrorCode.FLAG_NOT_FOUND)


def test_who_asks_must_be_said(client: OpenFeatureClient) -> None:
    nobody = EvaluationContext(attributes={"plan": "x"})
    client.context = EvaluationContext()
    details = client.get_boolean_details("sandboxes", False, nobody)
    assert details.error_code is ErrorCode.TARGETING_KEY_MISSING


def test_all_flags_are_sent_again_only_when_they_changed(world: tuple[str, str, str]) -> None:
    address, token, account = world
    headers = {"Authorization": f"Bearer {token}"}
    url, body = f"{address}/ofrep/v1/evaluate/flags", {"context": {"targetingKey": account}}
    first = requests.post(url, json=body, headers=headers, timeout=5)
    assert len(first.json()["flags"]) > 10
    headers["If-None-Match"] = first.headers["etag"]
    assert requests.post(url, json=body, headers=headers, timeout=5).status_code == 304
