"""Articles over HTTP: who reads which version, and who finds them."""

from __future__ import annotations

from typing import Any

import pytest
from served import Client, Served, problem


def written(client: Client, **stated: Any) -> dict[str, Any]:
    body = {"title": "Renew a certificate", "text": "Press **renew**.", "audience": "public"}
    answer = client.post("/v1/articles", json=body | stated)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def published(client: Client, **stated: Any) -> str:
    article = str(written(client, **stated)["id"])
    assert client.put(f"/v1/articles/{article}/publication").status_code == 200
    return article


def reads(client: Client, article: str) -> bool:
    """Whether an article is read, listed and found; the three agree."""
    status = client.get(f"/v1/articles/{article}").status_code
    listed = {each["id"] for each in client.get("/v1/articles").json()["items"]}
    hits = client.get("/v1/search", params={"q": "certificate"}).json()["items"]
    found = {each["id"] for each in hits}
    assert (status == 200) == (article in listed) == (article in found), article
    return status == 200


def test_a_draft_is_ours_until_it_is_published_and_again_once_it_is_retired(
    served: Served,
) -> None:
    ours, customer = served.operator, served.as_("customer_contact", account=served.pine)
    article = str(written(ours)["id"])
    assert not reads(customer, article)
    assert ours.get(f"/v1/articles/{article}").json()["state"] == "draft"
    ours.put(f"/v1/articles/{article}/publication")
    assert reads(customer, article)
    assert ours.put(f"/v1/articles/{article}/retirement").json()["state"] == "retired"
    assert not reads(customer, article)
    ours.put(f"/v1/articles/{article}/publication")
    assert reads(customer, article)


def test_a_version_never_changes_and_is_read_once_it_is_published(served: Served) -> None:
    ours, customer = served.operator, served.as_("customer_contact", account=served.pine)
    article = published(ours, text="First.")
    body = {"title": "Renew", "text": "Second.", "audience": "public", "topics": ["tls"]}
    again = ours.post(f"/v1/articles/{article}/versions", json=body).json()
    assert (again["version"], [each["version"] for each in again["versions"]]) == (2, [1, 2])
    assert ours.post(f"/v1/articles/{article}/versions", json=body).json()["version"] == 2
    seen = customer.get(f"/v1/articles/{article}").json()
    assert (seen["version"], seen["text"], seen["versions"]) == (1, "First.", [])
    ours.put(f"/v1/articles/{article}/publication")
    seen = customer.get(f"/v1/articles/{article}").json()
    assert (seen["version"], seen["text"], seen["topics"]) == (2, "Second.", ["tls"])


@pytest.mark.parametrize(
    ("stated", "who"),
    [
        ({"audience": "public"}, {"pine", "oak"}),
        ({"audience": "customers"}, {"pine", "oak"}),
        ({"audience": "customers", "tiers": ["priority"]}, {"pine"}),
        ({"audience": "us"}, set()),
    ],
)
def test_an_article_is_read_by_whom_it_is_for(
    served: Served, stated: dict[str, Any], who: set[str]
) -> None:
    article = published(served.operator, **stated)
    readers = {
        name
        for name, account in (("pine", served.pine), ("oak", served.oak))
        if reads(served.as_("customer_contact", account=account), article)
    }
    assert readers == who
    assert reads(served.operator, article)


def test_every_fault_of_an_article_is_told_at_once(served: Served) -> None:
    body = {"title": " ", "text": " ", "audience": "us", "tiers": ["gold"]}
    told = problem(served.operator.post("/v1/articles", json=body))
    assert {fault["path"] for fault in told["faults"]} == {"title", "text", "tiers"}
    article = str(written(served.operator)["id"])
    retired = served.operator.put(f"/v1/articles/{article}/retirement")
    assert (retired.status_code, problem(retired)["code"]) == (409, "not_published")


def test_articles_are_found_again_after_the_index_is_made_again(served: Served) -> None:
    article = published(served.operator)
    assert served.operator.post("/v1/search-rebuilds").json() == {"records": 1}
    assert reads(served.as_("customer_contact", account=served.oak), article)
