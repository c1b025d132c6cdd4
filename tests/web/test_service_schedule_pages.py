"""The annex of a contract as page, PDF and JSON: one text, for those who may read the contract."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world
from pypdf import PdfReader
from served import START
from small_offer import offer

from tierline.access.role import Role
from tierline.accounts.service_schedule_document import ServiceSchedule
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.catalog.catalog import Catalog
from tierline.store.records import Records
from tierline.web.documents import service_schedule_pdf
from tierline.web.service_schedule import service_schedule_html


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("schedule")) as made:
        made.promise_checks()
        yield made


def read(world: Peopled, **asked: str) -> ServiceSchedule:
    path = f"/v1/contracts/{world.contract}/service-schedule"
    answer = world.served.operator.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return ServiceSchedule.model_validate(answer.json())


def test_page_pdf_and_json_say_the_same(world: Peopled) -> None:
    found = read(world)
    assert [each.name for each in found.contacts or ()] == ["Nadia Nagy"]
    assert {each.what for each in found.care} == {"Health check"}
    assert len(found.care) == 12
    customer = world.visit(Role.customer_contact, world.pine)
    page = customer.open(f"/contracts/{world.contract}/service-schedule").text
    paper = PdfReader(
        io.BytesIO(customer.open(f"/contracts/{world.contract}/service-schedule.pdf").content)
    )
    said = "".join("".join(page.extract_text() for page in paper.pages).split())
    kept = json.loads(customer.open(f"/contracts/{world.contract}/service-schedule.json").content)
    for words in (
        "8 sandboxes and no more",
        "Override more_sandboxes",
        "1 business hour",
        found.measurement[0],
        found.definitions[1].words,
        found.digest,
    ):
        assert words in page
        assert "".join(words.split()) in said
        assert words in json.dumps(kept, ensure_ascii=False)


def test_the_paper_is_tagged_titled_in_pages_and_the_same_each_time(world: Peopled) -> None:
    schedule = read(world, at="2025-03-01T00:00:00Z")
    content = service_schedule_pdf(schedule)
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Service schedule of Pine, 2025-03-01"
    assert f"1 / {len(reader.pages)}" in reader.pages[0].extract_text()
    assert content == service_schedule_pdf(schedule)
    alone = service_schedule_html(schedule).decode()
    assert "<script" not in alone
    assert "/accounts/" not in alone


def test_a_name_is_text_on_paper_and_never_source(world: Peopled) -> None:
    name = '#read("/etc/passwd") $x^2$ *bold*'
    schedule = read(world).model_copy(update={"account_name": name, "title": name})
    pages = PdfReader(io.BytesIO(service_schedule_pdf(schedule))).pages
    said = "".join("".join(page.extract_text() for page in pages).split())
    assert "".join(name.split()) in said
    assert "root:" not in said


def test_the_contract_and_the_plan_lead_to_it_and_it_to_what_differs(world: Peopled) -> None:
    path = f"/contracts/{world.contract}/service-schedule"
    customer = world.visit(Role.customer_contact, world.pine)
    for page in (f"/contracts/{world.contract}", "/plan"):
        assert f'href="{path}"' in customer.open(page).text
    found = customer.open(f"{path}/differences?before_at=2025-01-15&at=2025-02-15").text
    assert "8 sandboxes and no more" in found
    assert customer.open(f"{path}?at=2019-01-01").status_code == 422
    page = customer.open(f"{path}?at=2025-02-01T00:00:00%2B01:00").text
    (link,) = re.findall(r'href="([^"]+\.json\?[^"]+)"', page)
    assert customer.open(html.unescape(link)).status_code == 200


def test_what_is_not_included_reads_alike_on_grid_plan_annex_and_case(world: Peopled) -> None:
    nights = {"text": "Work at night", "alternative": "Buy an on-site day", "offer": "day"}
    stated = offer().model_dump(mode="json", exclude_none=True)
    stated["version"] = "2025-07-01"
    stated["tiers"]["priority"]["exclusions"] = {"nights": nights}
    later = Catalog.model_validate(stated)
    occasion = world.opened.occasion()

    def work(records: Records) -> tuple[str, str]:
        publish_catalog(records, later, occasion)
        account = open_account(records, AccountDetails(name="Fir"), occasion).id
        order = ContractOrder(account=account, catalog="acme", tier="priority", start=START)
        return account, sign_contract(records, order, occasion).id

    account, contract = world.opened.change(work)
    raised = {"subject": "At night", "text": "Can you come?", "account": account}
    case = world.served.operator.post("/v1/cases", json=raised).json()["id"]
    agent, customer = world.visit(Role.agent), world.visit(Role.customer_contact, account)
    schedule = f"/contracts/{contract}/service-schedule"
    pages = [
        customer.open("/catalogs/acme/2025-07-01/grid").text,
        customer.open("/plan").text,
        customer.open(schedule).text,
        agent.open(f"/cases/{case}").text,
    ]
    for page in pages:
        assert "Work at night." in page
        assert "Instead: Buy an on-site day." in page
    assert "Work at night" not in customer.open(f"/cases/{case}").text
    held = {"add_on": "day", "start": "2025-07-02T00:00:00Z"}
    world.served.operator.post(f"/v1/contracts/{contract}/add-ons", json=held).raise_for_status()
    for visit, path in ((customer, "/plan"), (customer, schedule), (agent, f"/cases/{case}")):
        assert "Work at night" not in visit.open(path).text


def test_another_account_finds_nothing_there(world: Peopled) -> None:
    other = world.visit(Role.customer_contact, world.oak)
    path = f"/contracts/{world.contract}/service-schedule"
    for ending in ("", ".pdf", ".json", "/differences"):
        assert other.open(f"{path}{ending}").status_code == 404
    theirs = world.served.operator.get(f"/v1/accounts/{world.oak}/contracts").json()["items"][0]
    compared = f"/contracts/{theirs['id']}/service-schedule/differences?before={world.contract}"
    assert other.open(compared).status_code == 404


def test_contacts_are_told_to_those_who_may_see_people(world: Peopled) -> None:
    program = world.served.as_("finance")
    found = program.get(f"/v1/contracts/{world.contract}/service-schedule").json()
    assert found["contacts"] is None
    assert found["sections"]
