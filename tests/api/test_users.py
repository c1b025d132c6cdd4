from __future__ import annotations

import re
from dataclasses import dataclass

import pyotp
import pytest
from letter_terminal import Terminal
from served import Client, Served, problem

from tierline.access.role import Role
from tierline.actions import second_factor
from tierline.bootstrap.application import Application

EMAIL, PASSWORD = "rivera@vendor.example", "four boring words here"
SQL = '\'; DROP TABLE "user"; --'


@dataclass
class Browser:
    """Keeps the cookie, and sends the word that belongs to it."""

    served: Served
    headers: dict[str, str]
    user: str

    @property
    def client(self) -> Client:
        return Client(self.served.app, self.headers)


def invited(served: Served, email: str = EMAIL, **stated: object) -> dict[str, str]:
    body = {"email": email, "roles": ["agent"], **stated}
    response = served.operator.post("/v1/invitations", json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


def joined(served: Served, email: str = EMAIL, **stated: object) -> dict[str, str]:
    code = invited(served, email, **stated)["link"].split("code=")[1]
    body = {"code": code, "name": "Ana Rivera", "password": PASSWORD}
    response = served.nobody.post("/v1/users", json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


def signed_in(served: Served, email: str = EMAIL) -> Browser:
    response = served.nobody.post("/v1/sessions", json={"email": email, "password": PASSWORD})
    assert response.status_code == 201, response.text
    cookie = re.match(r"tierline=\w+", response.headers["set-cookie"])
    assert cookie is not None
    said = response.json()
    return Browser(served, {"Cookie": cookie[0], "X-CSRF-Token": said["csrf"]}, said["user"])


def test_an_invited_user_signs_in_and_out(served: Served) -> None:
    user = joined(served)
    browser = signed_in(served)
    assert browser.client.get("/v1/sessions/current").json()["email"] == EMAIL
    caller = browser.client.get("/v1/caller").json()
    assert (caller["id"], caller["kind"], caller["roles"]) == (user["id"], "user", ["agent"])
    assert browser.client.get("/v1/accounts").status_code == 200
    assert browser.client.delete("/v1/sessions/current").status_code == 204
    assert browser.client.get("/v1/accounts").status_code == 401


def test_the_cookie_is_kept_from_scripts_and_other_sites(served: Served) -> None:
    joined(served)
    body = {"email": EMAIL, "password": PASSWORD}
    plain = served.nobody.post("/v1/sessions", json=body).headers.get_list("set-cookie")[0]
    assert plain.startswith("tierline=")
    assert {"httponly", "samesite=lax", "path=/"} <= set(plain.lower().split("; "))
    secure = served.nobody.post("https://tierline.test/v1/sessions", json=body)
    cookie = secure.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-tierline=")
    assert "secure" in cookie.lower().split("; ")
    assert secure.headers["cache-control"] == "no-store"


def test_a_browser_changes_nothing_without_the_word_of_its_pages(served: Served) -> None:
    joined(served, roles=["admin"])
    browser = signed_in(served)
    for word in ({}, {"X-CSRF-Token": "x"}):
        forged = Client(served.app, {"Cookie": browser.headers["Cookie"], **word})
        assert forged.get("/v1/tokens").status_code == 200
        refused = forged.post("/v1/tokens", json={"role": "agent"})
        assert refused.status_code == 403
        assert problem(refused)["code"] == "forged"
    assert browser.client.post("/v1/tokens", json={"role": "agent"}).status_code == 201


def test_a_token_beside_a_cookie_is_what_counts(served: Served) -> None:
    joined(served, roles=["admin"])
    browser = signed_in(served)
    headers = {**browser.headers, "Authorization": "Bearer tl_wrong"}
    assert Client(served.app, headers).get("/v1/accounts").status_code == 401


def test_a_second_factor_is_asked_for(served: Served) -> None:
    user = joined(served)
    key = enrolled(served.opened, user["id"])
    body = {"email": EMAIL, "password": PASSWORD}
    asked = served.nobody.post("/v1/sessions", json=body)
    assert (asked.status_code, problem(asked)["code"]) == (401, "second_factor_needed")
    assert "set-cookie" not in asked.headers
    wrong = served.nobody.post("/v1/sessions", json={**body, "code": "000000"})
    assert (wrong.status_code, problem(wrong)["code"]) == (401, "wrong_code")
    served.operator.delete(f"/v1/users/{user['id']}/second-factor")
    assert signed_in(served).user == user["id"]
    assert key


def enrolled(application: Application, user: str) -> str:
    """The key of a second factor that this user has from now on."""
    occasion, box = application.occasion(user), application.access.box
    begun = application.change(
        lambda records: second_factor.begin_enrolment(records, user, box, occasion)
    )
    code = pyotp.TOTP(begun.key).at(application.now())
    application.change(
        lambda records: second_factor.finish_enrolment(
            records, user, code, box=box, occasion=occasion
        )
    )
    return begun.key


def test_disabling_a_user_ends_it_all_in_one_call(served: Served) -> None:
    user = joined(served, roles=["admin"])
    browser = signed_in(served)
    secret = browser.client.post("/v1/tokens", json={"role": "agent"}).json()["token"]
    token = Client(served.app, {"Authorization": f"Bearer {secret}"})
    assert token.get("/v1/accounts").status_code == 200
    assert served.operator.put(f"/v1/users/{user['id']}/disablement").json()["disabled_at"]
    assert browser.client.get("/v1/accounts").status_code == 401
    assert token.get("/v1/accounts").status_code == 401
    assert served.operator.delete(f"/v1/users/{user['id']}/disablement").status_code == 200
    assert token.get("/v1/accounts").status_code == 401


def test_one_ends_ones_own_sessions_and_an_admin_ends_all(served: Served) -> None:
    joined(served)
    joined(served, "other@vendor.example")
    mine, again, other = (
        signed_in(served),
        signed_in(served),
        signed_in(served, "other@vendor.example"),
    )
    ids = [each.client.get("/v1/sessions/current").json()["id"] for each in (mine, again, other)]
    assert mine.client.delete(f"/v1/sessions/{ids[2]}").status_code == 404
    assert mine.client.delete(f"/v1/sessions/{ids[1]}").status_code == 204
    assert again.client.get("/v1/sessions/current").status_code == 401
    assert served.operator.delete(f"/v1/sessions/{ids[2]}").status_code == 204
    assert other.client.get("/v1/sessions/current").status_code == 401
    assert mine.client.get("/v1/sessions/current").status_code == 200


def test_a_reset_says_the_same_to_everybody(served: Served) -> None:
    joined(served)
    terminal = Terminal()
    terminal.watch(served.opened)
    answers = [
        served.nobody.post("/v1/password-resets", json={"email": email})
        for email in (EMAIL, "nobody@x.example", SQL)
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (202, '{"sent_if_known":true}')
    }
    (code,) = re.findall(r"code=(\w+)", terminal.getvalue())
    body = {"code": code, "password": "other four boring words"}
    assert served.nobody.post("/v1/password-resets/completion", json=body).status_code == 204
    replayed = served.nobody.post("/v1/password-resets/completion", json=body)
    assert (replayed.status_code, problem(replayed)["code"]) == (401, "no_reset")


def test_users_and_invitations_are_listed_and_changed(served: Served) -> None:
    user = joined(served)
    open_ = invited(served, "late@vendor.example")
    listed = served.operator.get("/v1/users").json()["items"]
    assert [each["email"] for each in listed] == [EMAIL]
    assert served.operator.get(f"/v1/users/{user['id']}").json() == listed[0]
    invitations = served.operator.get("/v1/invitations").json()["items"]
    assert [each["email"] for each in invitations] == ["late@vendor.example", EMAIL]
    assert "link" not in invitations[0]
    body = {"name": "Ana R.", "roles": ["lead"]}
    changed = served.operator.put(f"/v1/users/{user['id']}", json=body).json()
    assert (changed["name"], changed["roles"]) == ("Ana R.", ["lead"])
    assert served.operator.delete(f"/v1/invitations/{open_['id']}").status_code == 204
    taken = {"code": open_["link"].split("code=")[1], "name": "Late", "password": PASSWORD}
    assert served.nobody.post("/v1/users", json=taken).status_code == 401


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.admin}))
def test_only_an_admin_manages_users(served: Served, role: Role) -> None:
    bound = {"account": served.pine} if role in (Role.customer_contact, Role.partner) else {}
    client = served.as_(role, **bound)
    body = {"email": EMAIL, "roles": ["agent"]}
    for response in (
        client.get("/v1/users"),
        client.get("/v1/users/user_x"),
        client.put("/v1/users/user_x", json={"name": "x", "roles": ["agent"]}),
        client.put("/v1/users/user_x/disablement"),
        client.delete("/v1/users/user_x/disablement"),
        client.delete("/v1/users/user_x/second-factor"),
        client.get("/v1/invitations"),
        client.post("/v1/invitations", json=body),
        client.delete("/v1/invitations/invitation_x"),
    ):
        assert response.status_code == 403


def test_a_partner_is_let_in_and_out(served: Served) -> None:
    partner = served.as_("partner", account=served.oak)
    path = f"/v1/accounts/{served.pine}"
    assert partner.get(path).status_code == 404
    manager = served.as_("account_manager")
    given = manager.post(f"{path}/partners", json={"partner": served.oak})
    assert given.status_code == 201
    assert partner.get(path).status_code == 200
    assert partner.get(f"{path}/partners").status_code == 403
    assert manager.get("/v1/accounts/account_x/partners").status_code == 404
    again = manager.post(f"{path}/partners", json={"partner": served.oak})
    assert (again.status_code, problem(again)["code"]) == (409, "has_access")
    assert manager.delete(f"{path}/partners/{served.oak}").status_code == 204
    assert partner.get(path).status_code == 404
    shown = manager.get(f"{path}/partners").json()["items"]
    assert [(each["partner"], each["ended_at"] is None) for each in shown] == [(served.oak, False)]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/sessions", {"email": SQL, "password": SQL, "code": SQL}),
        ("POST", "/v1/users", {"code": SQL, "name": SQL, "password": SQL, "email": SQL}),
        ("POST", "/v1/password-resets/completion", {"code": SQL, "password": SQL}),
        ("POST", "/v1/invitations", {"email": SQL, "roles": ["agent"], "account": SQL}),
        ("PUT", f"/v1/users/{SQL}", {"name": SQL, "roles": ["agent"]}),
        ("POST", "/v1/tokens", {"role": "agent", "name": SQL, "account": SQL}),
        ("DELETE", f"/v1/tokens/{SQL}", None),
        ("DELETE", f"/v1/sessions/{SQL}", None),
        ("GET", f"/v1/users?after={SQL}", None),
    ],
)
def test_sql_in_every_field_is_only_text(
    served: Served, method: str, path: str, body: dict[str, object] | None
) -> None:
    joined(served)
    response = served.operator.request(method, path, json=body)
    assert response.status_code in (401, 404, 422), response.text
    assert signed_in(served).user


@pytest.mark.parametrize("path", ["/v1/sessions", "/v1/password-resets"])
def test_another_sites_form_cannot_sign_in(served: Served, path: str) -> None:
    body = b'{"email": "a@b.example", "password": "x"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        response = served.nobody.post(path, content=body, headers={"Content-Type": kind})
        assert response.status_code in (415, 422)


def test_many_wrong_passwords_are_answered_with_429(served: Served) -> None:
    joined(served)
    statuses = [
        served.nobody.post("/v1/sessions", json={"email": EMAIL, "password": "wrong"}).status_code
        for _ in range(6)
    ]
    assert statuses == [401] * 5 + [429]
