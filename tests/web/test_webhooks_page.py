"""Webhooks on their pages: added with a secret that is shown once, tried, switched and removed."""

from __future__ import annotations

import re

import pytest
from hook_server import hook_server
from peopled import Peopled
from standardwebhooks import Webhook

from tierline.access.role import Role
from tierline.worker.kinds import worker_of


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_one_is_added_tried_told_and_told_again(
    world: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERLINE_WEBHOOKS_TO_PRIVATE", "1")
    admin = world.visit(Role.admin)
    admin.open("/webhooks")
    with hook_server() as hook:
        page = admin.send(
            "/webhooks", format="standard", url=hook.address, account="pine",
            kinds="CaseOpened, CaseNoted\nCaseOpened", note="The ledger",
        ).text.replace("<wbr>", "")  # fmt: skip
        (secret,) = re.findall(r"whsec_[\w+/=]+", page)
        path = re.search(r'action="(/webhooks/[^/"]+)/switch"', page)[1]  # type: ignore[index]
        assert "CaseOpened, CaseNoted" in page
        again = admin.open(path).text.replace("<wbr>", "")
        assert secret not in again
        assert "Has taken nothing yet" in again
        assert "It took the test message" in admin.send(f"{path}/test-messages").text
        ((headers, content),) = hook.got
        Webhook(secret).verify(content, headers)
        stated = {"subject": "It stands", "text": "Help.", "account": world.pine}
        world.post("/v1/cases", stated).raise_for_status()
        worker = worker_of(world.opened)
        worker.start()
        hook.wait_for(2)
        while "Delivered" not in (log := admin.open(path).text):
            pass
        assert log.count("Send again") == 1
        message = re.search(r'name="message" value="([^"]+)"', log)[1]  # type: ignore[index]
        admin.send(f"{path}/replay", message=message)
        hook.wait_for(3)
        worker.stop()
        assert hook.got[2][0]["webhook-id"] == hook.got[1][0]["webhook-id"] == message


def test_it_is_disabled_given_another_secret_and_removed_once_that_is_meant(world: Peopled) -> None:
    admin = world.visit(Role.admin)
    admin.open("/webhooks")
    page = admin.send("/webhooks", format="standard", url="https://partner.example/hook").text
    path = re.search(r'action="(/webhooks/[^/"]+)/switch"', page)[1]  # type: ignore[index]
    assert "disabled by you" in admin.send(f"{path}/switch").text
    assert "Send all again" not in admin.page.text
    assert "Has taken nothing yet" in admin.send(f"{path}/switch", is_enabled="yes").text
    assert "whsec_" in admin.send(f"{path}/secret").text
    assert "Tick that you mean it" in admin.send(f"{path}/remove").text
    admin.send(f"{path}/remove", is_meant="yes")
    assert admin.open(path).status_code == 404


def test_one_whose_address_may_not_be_called_any_more_is_disabled_and_not_enabled(
    world: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = world.visit(Role.admin)
    with monkeypatch.context() as allowed:
        allowed.setenv("TIERLINE_WEBHOOKS_TO_PRIVATE", "1")
        admin.open("/webhooks")
        page = admin.send("/webhooks", format="standard", url="http://10.0.0.1/hook").text
    path = re.search(r'action="(/webhooks/[^/"]+)/switch"', page)[1]  # type: ignore[index]
    assert "disabled by you" in admin.send(f"{path}/switch").text
    refused = admin.send(f"{path}/switch", is_enabled="yes")
    assert refused.status_code == 422
    assert "must begin with https://" in refused.text


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(world: Peopled) -> None:
    admin = world.visit(Role.admin)
    admin.open("/webhooks")
    page = admin.send("/webhooks", format="slack", url="http://chat.example/x", kinds="case opened")
    assert page.status_code == 422
    assert 'id="url-fault-1"' in page.text
    assert 'id="kinds-fault-1"' in page.text
    assert 'value="http://chat.example/x"' in page.text
    typed = {"format": "standard", "url": "https://partner.example/", "account": "nobody"}
    assert 'id="account-fault-1"' in admin.send("/webhooks", **typed).text
    assert 'id="format-fault-1"' in admin.send("/webhooks", **{**typed, "format": "fax"}).text


def test_the_address_of_a_chat_is_its_secret_and_only_admins_manage_any(world: Peopled) -> None:
    admin = world.visit(Role.admin)
    admin.open("/webhooks")
    url = "https://hooks.chat.example/services/T0/B0/quux"
    page = admin.send("/webhooks", format="slack", url=url, kinds="MilestoneBreached").text
    assert "quux" not in page
    assert "whsec_" not in page
    assert "New secret" not in page
    for role in (Role.agent, Role.lead):
        assert world.visit(role).open("/webhooks").status_code == 403
    assert world.visit(Role.customer_contact, world.pine).open("/webhooks").status_code == 403
