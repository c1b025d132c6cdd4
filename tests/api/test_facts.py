from __future__ import annotations

from served import Client, Served

from tierline.store.seals import Head, seal_facts, verify_chain


def pages(client: Client, **stated: object) -> list[dict]:
    found: list[dict] = []
    place: dict[str, str] = {}
    while True:
        page = client.get("/v1/facts", params={"limit": 1, **place, **stated}).json()
        found += page["items"]
        if page["next"] is None:
            return found
        place = {"after": page["next"]}


def test_everything_that_happened_is_told_page_by_page(served: Served) -> None:
    client = served.as_("finance")
    kinds = [fact["kind"] for fact in pages(client)]
    assert kinds[0] == "TokenCreated"
    assert sorted(kinds[1:]) == sorted(
        ["CatalogPublished", *["AccountOpened", "ContractSigned"] * 2]
    )


def test_what_happened_to_one_account_says_who_did_it(served: Served) -> None:
    facts = pages(served.as_("admin"), subject=served.pine)
    assert {fact["kind"] for fact in facts} == {"AccountOpened", "ContractSigned"}
    assert {fact["body"]["by"] for fact in facts} == {"operator"}
    assert {fact["position"] for fact in facts} == {None}


def test_a_sealed_fact_has_its_place_and_the_head_verifies(served: Served) -> None:
    admin = served.as_("admin")
    sealed = seal_facts(served.opened.store)
    assert {fact["position"] for fact in pages(admin)} == set(range(1, sealed + 1))
    head = admin.get("/v1/facts/head").json()
    assert head["head"] == f"{sealed}:{head['link']}"
    kept = Head(head["position"], head["link"])
    report = served.opened.store.read(lambda snapshot: verify_chain(snapshot, kept=kept))
    assert report.broken is None


def test_the_journal_is_for_auditors(served: Served) -> None:
    assert served.nobody.get("/v1/facts").status_code == 401
    customer = served.as_("customer_contact", account=served.pine)
    for path in ("/v1/facts", "/v1/facts/head"):
        assert customer.get(path).status_code == 403
        assert served.as_("agent").get(path).status_code == 403
