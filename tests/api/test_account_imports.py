from __future__ import annotations

from served import Client, Served, problem

from tierline import bootstrap

PATH = "/v1/account-imports"
ACCOUNTS = "external_id,name,time_zone\nc1,Pinecrest,Europe/London\nc2,Quarry,UTC\n"


def sent(client: Client, text: str, **query: object) -> dict[str, object]:
    answer = client.post(PATH, content=text.encode(), params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_file_is_tried_imported_and_known_again(served: Served) -> None:
    tried = sent(served.operator, ACCOUNTS, dry_run=True)
    assert (tried["is_dry_run"], tried["accounts"]) == (
        True,
        {"added": 2, "changed": 0, "unchanged": 0},
    )
    found = served.operator.get("/v1/accounts", params={"search": "Pinecrest"})
    assert found.json()["items"] == []
    assert sent(served.operator, ACCOUNTS)["accounts"] == tried["accounts"]
    again = sent(served.operator, ACCOUNTS)
    assert again["accounts"] == {"added": 0, "changed": 0, "unchanged": 2}
    found = served.operator.get("/v1/accounts", params={"search": "Pinecrest"})
    assert [each["time_zone"] for each in found.json()["items"]] == ["Europe/London"]


def test_an_imported_contract_answers_checks_at_once(served: Served) -> None:
    sent(served.operator, ACCOUNTS)
    contracts = "external_id,account,catalog,tier,first_day\nk1,c1,acme,priority,2025-01-01\n"
    sent(served.operator, contracts)
    (found,) = served.operator.get("/v1/accounts", params={"search": "Pinecrest"}).json()["items"]
    owed = served.operator.get(f"/v1/accounts/{found['id']}/entitlements")
    assert "reports" in owed.text
    assert served.opened.rulebook.ruleset.accounts[found["id"]]


def test_every_fault_is_told_with_file_and_line(served: Served) -> None:
    text = "external_id,name,time_zone,parent\nc1,,Mars,\nc2,Quarry,UTC,nobody\nc3,Oak,Mars,\n"
    refused = served.operator.post(PATH, content=text.encode(), params={"name": "a.csv"})
    assert refused.status_code == 422
    told = problem(refused)["faults"]
    assert [(each["source"], each["line"], each["path"]) for each in told] == [
        ("a.csv", 2, "name"),
        ("a.csv", 2, "time_zone"),
        ("a.csv", 3, "parent"),
        ("a.csv", 4, "time_zone"),
    ]


def test_the_templates_read_back(served: Served) -> None:
    for kind in (None, "accounts", "contacts", "contracts"):
        params = {} if kind is None else {"kind": kind}
        template = served.operator.get(f"{PATH}/template", params=params)
        assert template.status_code == 200
        assert bootstrap.read_account_file("template", template.content).faults == ()


def test_only_who_may_import_does(served: Served) -> None:
    customer = served.as_("customer_contact", account=served.pine)
    assert customer.post(PATH, content=ACCOUNTS.encode()).status_code == 403
    assert served.nobody.post(PATH, content=ACCOUNTS.encode()).status_code == 401


def test_a_body_that_is_too_large_is_refused_while_it_comes_in(served: Served) -> None:
    answer = served.operator.post(PATH, content=b"x" * (64 * 1024**2 + 1))
    assert answer.status_code == 413
