"""Signing in, joining and one's own security, as a browser without scripts goes through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from letter_terminal import Terminal
from new_data import new_data
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.api.application import application
from tierline.bootstrap.application import Application, open_application
from tierline.web.routes import ROUTES

EMAIL, PASSWORD = "ada@vendor.example", "four boring words here"
OTHER = "other four boring words"
WEAK = "short"
SQL = '\'; DROP TABLE "user"; --<script>alert(1)</script>'


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Application]:
    with open_application(data=new_data(tmp_path)) as made:
        yield made


@pytest.fixture
def visit(opened: Application) -> Visit:
    return Visit(application(opened, ROUTES))


def letters(opened: Application) -> Terminal:
    terminal = Terminal()
    terminal.watch(opened)
    return terminal


def join(opened: Application, email: str = EMAIL, role: Role = Role.admin) -> str:
    made, _ = opened.access.invite(email, frozenset({role}), None, operator())
    return opened.access.accept(made.secret, "Ada Byron", None, PASSWORD).id


def sign_in(visit: Visit, password: str = PASSWORD, email: str = EMAIL) -> int:
    visit.open("/sign-in?next=/me/security")
    return visit.send("/sign-in", email=email, password=password).status_code


def test_a_new_installation_is_set_up_by_who_sees_its_terminal(
    opened: Application, visit: Visit
) -> None:
    code = opened.access.set_up_code()
    assert visit.open("/sign-in").status_code == 200
    assert "Set up this installation" in visit.page.text
    stated = {"name": "Ada Byron", "email": EMAIL, "password": PASSWORD, "again": PASSWORD}
    wrong = visit.send("/set-up", **{**stated, "code": "00000-00000-00000-00000"})
    assert wrong.status_code == 422
    assert "Ada Byron" in wrong.text
    assert PASSWORD not in wrong.text
    visit.open("/set-up")
    done = visit.send("/set-up", **stated, code=str(code))
    assert "<h1>Sign in</h1>" in done.text
    assert "Your login is there." in done.text
    assert sign_in(visit) == 200
    assert "Your security" in visit.page.text
    assert visit.open("/set-up").text.count("Set up this installation") == 0


def test_a_wrong_password_is_told_on_the_form_and_nothing_else_is(
    opened: Application, visit: Visit
) -> None:
    join(opened)
    pages = []
    for email in (EMAIL, "nobody@x.example"):
        assert sign_in(visit, "wrong", email) == 422
        assert 'role="alert"' in visit.page.text
        assert visit.page.text.startswith("<!doctype html>")
        pages.append(visit.page.text.replace(email, "?"))
    assert re.sub(r'value="\w{64}"', "", pages[0]) == re.sub(r'value="\w{64}"', "", pages[1])
    assert f'value="{EMAIL}"' in visit.send("/sign-in", email=EMAIL, password=OTHER).text


def test_signing_in_gives_another_cookie_than_there_was(opened: Application, visit: Visit) -> None:
    join(opened)
    visit.cookies["tierline"] = "chosen-by-somebody-else"
    assert sign_in(visit) == 200
    assert visit.cookies["tierline"] != "chosen-by-somebody-else"
    assert "tierline-visit" not in visit.cookies


def test_signing_out_ends_the_session_itself(opened: Application, visit: Visit) -> None:
    join(opened)
    sign_in(visit)
    stolen = dict(visit.cookies)
    assert "<h1>Sign in</h1>" in visit.send("/sign-out").text
    assert "tierline" not in visit.cookies
    visit.cookies = stolen
    assert "<h1>Sign in</h1>" in visit.open("/me/security").text


def test_a_form_from_elsewhere_is_refused(opened: Application, visit: Visit) -> None:
    join(opened)
    sign_in(visit)
    paths = [route.path for route in ROUTES if "POST" in (route.methods or ())]
    assert "/sign-out" in paths
    for path in paths:
        for word in ("", "x", visit.cookies["tierline"]):
            assert visit.post(path, form_word=word).status_code == 403
    assert "Your security" in visit.open("/me/security").text


def test_what_is_no_form_or_too_much_of_one_is_refused(visit: Visit) -> None:
    visit.open("/set-up")
    assert visit.post("/set-up", name="x" * 70_000).status_code == 413
    assert visit.post("/set-up", **{f"f{n}": "x" for n in range(200)}).status_code == 400
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        response = visit.post_raw("/set-up", b"form_word=x", kind)
        assert response.status_code == 415
    kind = "application/x-www-form-urlencoded"
    for body in (b"name=%ff", b"name=\xff", b"name=%00"):
        assert visit.post_raw("/set-up", body, kind).status_code == 400


def test_nobody_is_sent_to_another_site(opened: Application, visit: Visit) -> None:
    join(opened)
    elsewhere = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "\n/x",
    ]
    for wanted in [*elsewhere, "/" + "x" * 3_000]:
        visit = Visit(visit.app)
        visit.open("/sign-in")
        fields = {**visit.form("/sign-in"), "next": wanted, "email": EMAIL, "password": PASSWORD}
        assert visit.post("/sign-in", **fields).headers["location"] == "/"


def test_an_invitation_is_accepted(opened: Application, visit: Visit) -> None:
    _, link = opened.access.invite(EMAIL, frozenset({Role.agent}), None, operator())
    path = link.removeprefix(opened.access.address)
    assert EMAIL in visit.open(path).text
    differ = visit.send("/invitation", name="", password=WEAK, again="x")
    assert differ.status_code == 422
    for place in ("name", "password", "again"):
        assert f'href="#{place}"' in differ.text
    weak = visit.send("/invitation", name="Ada", password=WEAK, again=WEAK)
    assert weak.status_code == 422
    assert 'aria-invalid="true"' in weak.text
    visit.send("/invitation", name="Ada", password=PASSWORD, again=PASSWORD)
    assert sign_in(visit) == 200
    replayed = Visit(visit.app)
    assert replayed.open(path).status_code == 422
    assert "was used" in replayed.page.text


def test_a_forgotten_password_is_replaced(opened: Application, visit: Visit) -> None:
    join(opened)
    terminal = letters(opened)
    pages = []
    for email in ("nobody@x.example", EMAIL):
        visit.open("/password-reset")
        pages.append(visit.send("/password-reset", email=email).text)
    assert pages[0] == pages[1]
    (path,) = re.findall(r"/password-reset\?code=\w+", terminal.getvalue())
    assert EMAIL in visit.open(path).text
    done = visit.send("/password-reset/completion", password=OTHER, again=OTHER)
    assert "<h1>Sign in</h1>" in done.text
    assert sign_in(visit) == 422
    assert sign_in(visit, OTHER) == 200
    assert visit.open(path).status_code == 422


def test_a_second_factor_is_set_up_asked_for_and_removed(opened: Application, visit: Visit) -> None:
    join(opened)
    sign_in(visit)
    assert visit.send("/me/second-factor", own="wrong").status_code == 422
    visit.send("/me/second-factor", own=PASSWORD)
    found = re.search(r'aria-label="([A-Z2-7]{32})"', visit.page.text)
    assert found is not None
    generator = pyotp.TOTP(found[1])
    wrong = visit.send("/me/security/second-factor", code="000000")
    assert wrong.status_code == 422
    assert found[1] in wrong.text
    done = visit.send("/me/security/second-factor", code=generator.now())
    codes = re.findall(r"<li>([0-9a-z]{5}-[0-9a-z]{5})</li>", done.text)
    assert len(codes) == 10

    again = Visit(visit.app)
    sign_in(again)
    assert "<h1>Second step</h1>" in again.page.text
    before = again.cookies["tierline"]
    assert (
        "<h1>Sign in</h1>"
        in Visit(visit.app, cookies=dict(again.cookies)).open("/me/security").text
    )
    assert again.send("/sign-in/second-step", code=generator.now()).status_code == 422
    again.send("/sign-in/second-step", code=codes[0])
    assert "9 recovery codes are left" in again.page.text
    assert again.cookies["tierline"] != before
    assert again.send("/me/recovery-codes", proof="000000").status_code == 422
    renewed = again.send("/me/recovery-codes", proof=codes[1])
    newer = re.findall(r"<li>([0-9a-z]{5}-[0-9a-z]{5})</li>", renewed.text)
    assert len(set(newer) - set(codes)) == 10
    again.open("/me/security")
    assert again.send("/me/second-factor/removal", code=codes[2]).status_code == 422
    again.send("/me/second-factor/removal", code=newer[0])
    assert "Off." in again.page.text


def test_a_password_is_changed_by_who_knows_it(opened: Application, visit: Visit) -> None:
    join(opened)
    sign_in(visit)
    other = Visit(visit.app)
    sign_in(other)
    wrong = visit.send("/me/password", present="wrong", password=OTHER, again=OTHER)
    assert wrong.status_code == 422
    visit.open("/me/security")
    visit.send("/me/password", present=PASSWORD, password=OTHER, again=OTHER)
    assert "<h1>Sign in</h1>" in visit.page.text
    assert "<h1>Sign in</h1>" in other.open("/me/security").text
    assert sign_in(visit, OTHER) == 200


def test_sql_and_html_in_every_field_are_only_text(opened: Application, visit: Visit) -> None:
    join(opened)
    for page, action, fields in (
        ("/sign-in", "/sign-in", ("email", "password", "next")),
        ("/sign-in/second-step", "/sign-in/second-step", ("code",)),
        ("/password-reset", "/password-reset", ("email",)),
        ("/me/security", "/me/password", ("present", "password", "again")),
        ("/me/security", "/me/second-factor", ("own",)),
    ):
        if page.startswith("/me") and "tierline" not in visit.cookies:
            sign_in(visit)
        visit.open(page)
        response = visit.post(action, **{**visit.form(action), **dict.fromkeys(fields, SQL)})
        assert response.status_code in (303, 422)
        assert "<script" not in response.text
    assert sign_in(Visit(visit.app)) == 200


def test_every_page_has_one_heading_labelled_fields_and_a_strict_policy(
    opened: Application, visit: Visit
) -> None:
    join(opened)
    _, link = opened.access.invite("x@x.example", frozenset({Role.agent}), None, operator())
    paths = [
        "/sign-in",
        "/sign-in/second-step",
        "/password-reset",
        "/password-reset/sent",
        link.removeprefix(opened.access.address),
        "/invitation?code=x",
    ]
    signed_in = Visit(visit.app)
    sign_in(signed_in)
    for page in [*(visit.open(path) for path in paths), signed_in.open("/me/security")]:
        text = page.text
        assert text.count("<h1>") == 1
        names = re.findall(r'<input id="(\w+)"', text)
        assert set(names) == set(re.findall(r'<label for="(\w+)"', text))
        assert text.count("<form") == text.count('name="form_word"')
        rules = page.headers["content-security-policy"]
        assert "default-src 'none'" in rules
        assert "form-action 'self'" in rules
        assert "unsafe" not in rules
        assert page.headers["cache-control"] == "no-store"


def test_many_wrong_passwords_are_answered_on_the_page(opened: Application, visit: Visit) -> None:
    join(opened)
    assert [sign_in(visit, "wrong") for _ in range(6)] == [422] * 5 + [429]
    assert "too many failed tries" in visit.page.text


def test_the_cookies_of_https_are_of_this_host_alone(opened: Application) -> None:
    join(opened)
    visit = Visit(application(opened, ROUTES), base="https://tierline.test")
    sign_in(visit)
    assert set(visit.cookies) == {"__Host-tierline"}
