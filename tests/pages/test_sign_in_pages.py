"""The pages of signing in and joining in a real browser: narrow and wide, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pyotp
import pytest
from axe_page import faults_in_every_look
from new_data import new_data
from playwright.sync_api import Browser
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.cases import resolve
from tierline.api.application import application
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.feedback import feedback_path
from tierline.cases.channel import Channel
from tierline.web.routes import ROUTES

WIDTHS = (1280, 390)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
EMAIL, PASSWORD = "ada@vendor.example", "four boring words here"
NAMES = (
    "set_up",
    "invitation",
    "invitation_refused",
    "sign_in",
    "sign_in_refused",
    "second_step",
    "forgotten",
    "security",
    "second_factor",
    "recovery_codes",
    "feedback_refused",
)


def resolved(opened: Application) -> str:
    """The page on which a resolved case is rated."""
    order = CaseOrder(channel=Channel.email, subject="Line 3 stands", text="Nothing moves.")
    at = opened.occasion()
    case = opened.change(lambda records: open_case(records, order, NOBODY, at)).id
    opened.change(lambda records: resolve(records, case, "Restarted.", None, at))
    return feedback_path(case)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each page as a file, taken on one way through all of them."""
    folder = tmp_path_factory.mktemp("sign_in")
    found: dict[str, Path] = {}

    def keep(name: str, visit: Visit) -> None:
        found[name] = folder / f"{name}.html"
        found[name].write_text(visit.page.text, "utf-8")

    with open_application(data=new_data(folder)) as opened:
        visit = Visit(application(opened, ROUTES))
        visit.open("/set-up")
        keep("set_up", visit)
        _, link = opened.access.invite(EMAIL, frozenset({Role.admin}), None, operator())
        visit.open(link.removeprefix(opened.access.address))
        keep("invitation", visit)
        visit.send("/invitation", name="", password="x", again="y")  # noqa: S106 - a wrong one
        keep("invitation_refused", visit)
        visit.send("/invitation", name="Ada", password=PASSWORD, again=PASSWORD)
        keep("sign_in", visit)
        visit.send("/sign-in", email=EMAIL, password="x")  # noqa: S106 - a wrong one
        keep("sign_in_refused", visit)
        visit.open("/sign-in/second-step")
        keep("second_step", visit)
        visit.open("/password-reset")
        keep("forgotten", visit)
        visit.open("/sign-in?next=/me/security")
        visit.send("/sign-in", email=EMAIL, password=PASSWORD)
        keep("security", visit)
        visit.send("/me/second-factor", own=PASSWORD)
        keep("second_factor", visit)
        key = visit.page.text.split('aria-label="')[1].split('"')[0]
        visit.send("/me/security/second-factor", code=pyotp.TOTP(key).now())
        keep("recovery_codes", visit)
        visit.open(resolved(opened))
        visit.send(visit.path)  # nothing is chosen
        keep("feedback_refused", visit)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_in_any_look(browser: Browser, pages: dict[str, Path], name: str) -> None:
    page = browser.new_page()
    page.goto(pages[name].as_uri())
    faults = faults_in_every_look(page)
    page.close()
    assert faults == []
