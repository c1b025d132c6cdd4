"""Role by endpoint by ownership: every operation of the API document stands in this table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from served import Client, Served, serve_small_world

from tierline.access.permission import WITHIN_AN_ACCOUNT
from tierline.access.role import CUSTOMER_ROLES, PERMISSIONS_OF, Role

PUBLIC, ANYBODY, BROWSER = "public", "anybody", "browser"
# What one needs for an operation. `public`: nothing. `anybody`: to be known. `browser`: a session.
# A permission with `staff` is for those who see every account.
TABLE = """
GET    /healthz                                                  public
GET    /readyz                                                   public
GET    /metrics                                                  public
POST   /v1/sessions                                              public
POST   /v1/users                                                 public
POST   /v1/password-resets                                       public
POST   /v1/password-resets/completion                            public
GET    /v1/caller                                                anybody
DELETE /v1/sessions/{session}                                    anybody
GET    /v1/sessions/current                                      browser
DELETE /v1/sessions/current                                      browser
GET    /v1/accounts                                              read_accounts
POST   /v1/accounts                                              write_accounts
GET    /v1/accounts/{account}                                    read_accounts
PUT    /v1/accounts/{account}                                    write_accounts
GET    /v1/accounts/{account}/evidence                           read_cases
GET    /v1/accounts/{account}/export                             export_records
GET    /v1/accounts/{account}/entitlements                       read_contracts
GET    /v1/accounts/{account}/contracts                          read_contracts
GET    /v1/accounts/{account}/health-reports                     read_contracts
POST   /v1/accounts/{account}/health-reports                     write_accounts
GET    /v1/health-reports/{report}                               read_contracts
GET    /v1/accounts/{account}/inheritance                        read_accounts
PUT    /v1/accounts/{account}/inheritance                        write_accounts
GET    /v1/accounts/{account}/criticality                        read_accounts staff
POST   /v1/accounts/{account}/criticality-findings               write_accounts
GET    /v1/criticality-reviews                                   read_accounts staff
GET    /v1/accounts/{account}/partners                           write_accounts
POST   /v1/accounts/{account}/partners                           write_accounts
DELETE /v1/accounts/{account}/partners/{partner}                 write_accounts
POST   /v1/account-imports                                       import_records
GET    /v1/account-imports/template                              import_records
POST   /v1/case-imports                                          import_records
GET    /v1/imports                                               import_records
POST   /v1/imports                                               import_records
GET    /v1/imports/{import}                                      import_records
POST   /v1/imports/{import}/start                                import_records
DELETE /v1/imports/{import}                                      import_records
GET    /v1/cases/{case}/import                                   work_cases
GET    /v1/choice-packs/{catalog}                                public
GET    /v1/accounts/{account}/choice-pack                        read_contracts
GET    /v1/catalogs                                              read_catalog
POST   /v1/catalogs                                              publish_catalog
GET    /v1/catalogs/{catalog}/{version}                          read_catalog
POST   /v1/contracts                                             sign_contracts
GET    /v1/contracts/{contract}                                  read_contracts
GET    /v1/contracts/{contract}/service-schedule                 read_contracts
GET    /v1/contracts/{contract}/service-schedule/differences     read_contracts
POST   /v1/contracts/{contract}/plan                             sign_contracts
POST   /v1/contracts/{contract}/plan-previews                    sign_contracts
POST   /v1/contracts/{contract}/uplift-previews                  override_entitlements
POST   /v1/contracts/{contract}/add-ons                          sign_contracts
POST   /v1/contracts/{contract}/overrides                        override_entitlements
POST   /v1/contracts/{contract}/uplifts                          override_entitlements
POST   /v1/contracts/{contract}/payment-state                    set_payment_state
POST   /v1/contracts/{contract}/end                              sign_contracts
GET    /v1/accounts/{account}/contacts                           read_people
POST   /v1/accounts/{account}/contacts                           write_people
GET    /v1/accounts/{account}/contact-rotation                   read_people
GET    /v1/contact-rotations                                     read_people staff
GET    /v1/contacts/{contact}                                    read_people
PUT    /v1/contacts/{contact}                                    write_people
DELETE /v1/contacts/{contact}                                    write_people
GET    /v1/contacts/{contact}/language                           read_people
PUT    /v1/contacts/{contact}/language                           write_people
GET    /v1/contacts/{contact}/case-mails                         read_people
PUT    /v1/contacts/{contact}/case-mails                         write_people
DELETE /v1/contacts/{contact}/language                           write_people
GET    /v1/contacts/{contact}/personal-data                      read_people
DELETE /v1/contacts/{contact}/personal-data                      erase_people
GET    /v1/accounts/{account}/legal-holds                        erase_people
POST   /v1/accounts/{account}/legal-holds                        erase_people
DELETE /v1/legal-holds/{hold}                                    erase_people
POST   /v1/retention-runs                                        erase_people
GET    /v1/accounts/{account}/consents                           read_consents
PUT    /v1/accounts/{account}/consents/{purpose}                 write_consents
DELETE /v1/accounts/{account}/consents/{purpose}                 write_consents
GET    /v1/accounts/{account}/consent-statements                 read_consents
GET    /v1/consent-statements/{statement}/receipt                read_consents
POST   /v1/accounts/{account}/prompt-decisions                   write_consents
POST   /v1/identity-links                                        resolve_identities
POST   /v1/identity-resolutions                                  resolve_identities
GET    /v1/identity-reviews                                      resolve_identities
POST   /v1/identity-decisions                                    resolve_identities
GET    /v1/accounts/{account}/identity                           resolve_identities
PUT    /v1/accounts/{account}/merge                              resolve_identities
DELETE /v1/accounts/{account}/merge                              resolve_identities
GET    /v1/audits/enforcement                                    read_audit
GET    /v1/audits/exceptions                                     read_audit
GET    /v1/audits/mismatches                                     read_audit
GET    /v1/facts                                                 read_audit
GET    /v1/facts/head                                            read_audit
GET    /v1/meters                                                read_usage
PUT    /v1/meters/{meter}                                        publish_catalog
GET    /v1/reports/activation                                     read_usage staff
GET    /v1/reports/activation/{feature}/customers                 read_usage staff
GET    /v1/reports/time-to-value/{meter}                          read_usage staff
GET    /v1/reports/time-to-value/{meter}/customers                read_usage staff
GET    /v1/accounts/{account}/accelerated-responses                read_contracts
GET    /v1/accounts/{account}/balances                             read_usage
GET    /v1/accounts/{account}/balances/{feature}                   read_usage
POST   /v1/usage-audits                                          correct_usage
GET    /v1/cases/{case}/participants                             work_cases
PUT    /v1/cases/{case}/copies/{email}                           work_cases
DELETE /v1/cases/{case}/copies/{email}                           work_cases
PUT    /v1/cases/{case}/followers/{user}                         work_cases
DELETE /v1/cases/{case}/followers/{user}                         work_cases
PUT    /v1/cases/{case}/merge                                    work_cases
DELETE /v1/cases/{case}/merge                                    work_cases
POST   /v1/cases/{case}/splits                                   work_cases
GET    /v1/problems                                              work_incidents
POST   /v1/problems                                              work_incidents
GET    /v1/problems/{problem}                                    work_incidents
PUT    /v1/problems/{problem}                                    work_incidents
POST   /v1/problems/{problem}/resolution                         work_incidents
DELETE /v1/problems/{problem}/resolution                         work_incidents
PUT    /v1/problems/{problem}/cases/{case}                       work_incidents
DELETE /v1/problems/{problem}/cases/{case}                       work_incidents
POST   /v1/problems/{problem}/updates                            work_incidents
PUT    /v1/problems/{problem}/updates/{update}/publication       publish_incidents
GET    /v1/macros                                                work_cases
POST   /v1/macros                                                work_cases
PUT    /v1/macros/{macro}                                        work_cases
DELETE /v1/macros/{macro}                                        work_cases
GET    /v1/cases/{case}/macros/{macro}                           work_cases
POST   /v1/cases/{case}/macro-runs                               work_cases
GET    /v1/case-views                                            work_cases
POST   /v1/case-views                                            work_cases
DELETE /v1/case-views/{view}                                     work_cases
GET    /v1/cases/{case}/time-entries                             work_cases
POST   /v1/cases/{case}/time-entries                             work_cases
DELETE /v1/cases/{case}/time-entries/{entry}                     work_cases
GET    /v1/cases/{case}/follow-up                                work_cases
PUT    /v1/cases/{case}/follow-up                                work_cases
DELETE /v1/cases/{case}/follow-up                                work_cases
GET    /v1/cases/{case}/feedback                                 read_cases
PUT    /v1/cases/{case}/feedback                                 open_cases
GET    /v1/reports/satisfaction                                  work_cases
GET    /v1/reports/effort                                        work_cases
GET    /v1/reports/breach-risk                                   manage_desk
GET    /v1/reports/adherence                                     read_cases
GET    /v1/reports/adherence/milestones                          read_cases
GET    /v1/reports/attainment                                    read_cases
GET    /v1/reports/credible-target                               read_staffing staff
GET    /v1/reports/consistency                                   manage_desk
GET    /v1/reports/prevention                                    manage_desk
GET    /v1/reports/customer-effort                               manage_desk
GET    /v1/reports/beyond-plan                                   manage_desk
GET    /v1/reports/promise-mentions                             manage_desk
POST   /v1/promise-mentions/dismissals                          manage_desk
DELETE /v1/promise-mentions/dismissals                          manage_desk
GET    /v1/reports/playbooks                                     manage_desk
GET    /v1/reports/promises-kept                                 read_cases
GET    /v1/accounts/{account}/promises-kept                      read_cases
GET    /v1/reports/waits                                         manage_desk
GET    /v1/reports/worst-cases                                   manage_desk
GET    /v1/reports/answered-sooner                               manage_desk
GET    /v1/reports/fallen-silent                                 manage_desk
GET    /v1/reports/calendar-effects                              manage_desk
GET    /v1/reports/experience                                    manage_desk
GET    /v1/reports/side-letters                                  manage_desk
GET    /v1/reports/lifted-severities                             manage_desk
GET    /v1/reports/uptime                                        manage_desk
GET    /v1/playbooks                                             work_cases
PUT    /v1/playbooks                                             manage_desk
GET    /v1/cases/{case}/playbook                                 work_cases
PUT    /v1/cases/{case}/topic                                    work_cases
PUT    /v1/cases/{case}/playbook-steps/{step}                    work_cases
DELETE /v1/cases/{case}/playbook-steps/{step}                    work_cases
POST   /v1/cases/{case}/exceptions                               work_cases
GET    /v1/playbook-edits                                        work_cases
POST   /v1/cases/{case}/playbook-edits                           work_cases
PUT    /v1/cases/{case}/playbook-edits/{place}/decision          manage_desk
GET    /v1/tokens                                                manage_tokens
POST   /v1/tokens                                                manage_tokens
GET    /v1/tokens/{token}                                        manage_tokens
DELETE /v1/tokens/{token}                                        manage_tokens
GET    /v1/users                                                 manage_users
GET    /v1/users/{user}                                          manage_users
PUT    /v1/users/{user}                                          manage_users
PUT    /v1/users/{user}/disablement                              manage_users
DELETE /v1/users/{user}/disablement                              manage_users
DELETE /v1/users/{user}/second-factor                            manage_users
GET    /v1/users/{user}/notice-choice                            work_cases staff
PUT    /v1/users/{user}/notice-choice                            work_cases staff
GET    /v1/users/{user}/passkeys                                 manage_users
DELETE /v1/users/{user}/passkeys/{passkey}                       manage_users
GET    /v1/invitations                                           manage_users
POST   /v1/invitations                                           manage_users
DELETE /v1/invitations/{invitation}                              manage_users
GET    /v1/letters                                               manage_users
GET    /v1/letters/{letter}                                      manage_users
GET    /v1/webhooks                                              manage_webhooks
POST   /v1/webhooks                                              manage_webhooks
GET    /v1/webhooks/{webhook}                                    manage_webhooks
PUT    /v1/webhooks/{webhook}                                    manage_webhooks
DELETE /v1/webhooks/{webhook}                                    manage_webhooks
PUT    /v1/webhooks/{webhook}/secret                             manage_webhooks
POST   /v1/webhooks/{webhook}/test-messages                      manage_webhooks
GET    /v1/webhooks/{webhook}/messages                           manage_webhooks
GET    /v1/webhooks/{webhook}/messages/{message}                 manage_webhooks
POST   /v1/webhooks/{webhook}/messages/{message}/replay          manage_webhooks
POST   /v1/webhooks/{webhook}/replay                             manage_webhooks
POST   /v1/cases                                                 open_cases
GET    /v1/cases                                                 read_cases
GET    /v1/cases/{case}                                          read_cases
GET    /v1/cases/{case}/receipt                                  read_cases
POST   /v1/cases/{case}/messages                                 open_cases
GET    /v1/case-audits                                           read_audit
GET    /v1/case-channels                                         read_cases
GET    /v1/case-coverage                                         read_cases
PUT    /v1/cases/{case}/account                                  work_cases
PUT    /v1/cases/{case}/severity                                 work_cases
PUT    /v1/cases/{case}/acknowledgement                          work_cases
POST   /v1/cases/{case}/waits                                    work_cases
POST   /v1/cases/{case}/masks                                    work_cases
GET    /v1/cases/{case}/chat                                     read_cases
DELETE /v1/cases/{case}/chat                                     open_cases
POST   /v1/slack-events                                          public
POST   /v1/outside-messages                                      receive_mails
GET    /v1/mailboxes                                             work_cases
GET    /v1/blocked-senders                                       work_cases
POST   /v1/blocked-senders                                       work_cases
DELETE /v1/blocked-senders/{block}                               work_cases
POST   /v1/mails/{mail}/admission                                work_cases
GET    /v1/masks                                                 work_cases
PUT    /v1/cases/{case}/wait                                     work_cases
POST   /v1/cases/{case}/waits                                    work_cases
DELETE /v1/cases/{case}/wait                                     work_cases
POST   /v1/cases/{case}/restoration                              work_cases
POST   /v1/cases/{case}/resolution                               work_cases
DELETE /v1/cases/{case}/resolution                               open_cases
PUT    /v1/cases/{case}/closure                                  work_cases
GET    /v1/cases/{case}/post-mortem                              read_cases
GET    /v1/post-mortems                                          work_cases
POST   /v1/post-mortems                                          work_cases
GET    /v1/post-mortems/{post_mortem}                            work_cases
POST   /v1/post-mortems/{post_mortem}/versions                   work_cases
PUT    /v1/post-mortems/{post_mortem}/publication                publish_post_mortems
POST   /v1/post-mortems/{post_mortem}/actions                    work_cases
GET    /v1/post-mortem-actions                                   work_cases
PUT    /v1/post-mortem-actions/{action}/closure                  work_cases
GET    /v1/care                                                  read_contracts
PUT    /v1/contracts/{contract}/care/{feature}/{due_on}/completion  work_cases
DELETE /v1/contracts/{contract}/care/{feature}/{due_on}/completion  work_cases
PUT    /v1/contracts/{contract}/care/{feature}/{due_on}/excuse   work_cases
POST   /v1/contracts/{contract}/care/{feature}/{due_on}/findings work_cases
PUT    /v1/contracts/{contract}/care/{feature}/{due_on}/findings/{finding}/action work_cases
PUT    /v1/contracts/{contract}/care/{feature}/{due_on}/findings/{finding}/completion work_cases
GET    /v1/contracts/{contract}/care/{feature}/{due_on}/briefing read_contracts
GET    /v1/care-actions                                          read_contracts
PUT    /v1/contracts/{contract}/care/{feature}/{due_on}/owner    work_cases
GET    /v1/advice                                                read_contracts
POST   /v1/accounts/{account}/advice                             work_cases
GET    /v1/advice/{advice}                                       read_contracts
PUT    /v1/advice/{advice}/decision                              open_cases
POST   /v1/advice/{advice}/questions                             open_cases
POST   /v1/advice/{advice}/answers                               work_cases
PUT    /v1/advice/{advice}/plan                                  work_cases
PUT    /v1/advice/{advice}/outcome                               work_cases
GET    /v1/reviews-without-advice                                work_cases
GET    /v1/care-calendars                                        read_contracts
POST   /v1/care-calendars                                        read_contracts
DELETE /v1/care-calendars/{calendar}                             read_contracts
GET    /v1/status                                                public
GET    /v1/uptime                                                public
GET    /v1/performance                                           public
PUT    /v1/performance/publication                               manage_desk
DELETE /v1/performance/publication                               manage_desk
GET    /v1/components                                            work_incidents
POST   /v1/components                                            publish_incidents
PUT    /v1/components/{component}                                publish_incidents
PUT    /v1/components/{component}/retirement                     publish_incidents
GET    /v1/incidents                                             work_incidents
POST   /v1/incidents                                             work_incidents
GET    /v1/incidents/{incident}                                  work_incidents
POST   /v1/incidents/{incident}/updates                          work_incidents
PUT    /v1/incidents/{incident}/updates/{update}/publication     publish_incidents
DELETE /v1/incidents/{incident}/updates/{update}                 work_incidents
PUT    /v1/incidents/{incident}/cases/{case}                     work_incidents
DELETE /v1/incidents/{incident}/cases/{case}                     work_incidents
POST   /v1/articles                                              write_articles
GET    /v1/articles                                              read_articles
GET    /v1/articles/{article}                                    read_articles
POST   /v1/articles/{article}/versions                           write_articles
PUT    /v1/articles/{article}/publication                        write_articles
PUT    /v1/articles/{article}/retirement                         write_articles
POST   /v1/articles/{article}/solutions                          open_cases
GET    /v1/cases/{case}/similar                                  work_cases
GET    /v1/cases/{case}/suggestions                              work_cases
POST   /v1/cases/{case}/helpers                                  work_cases
GET    /v1/reports/knowledge                                     write_articles
GET    /v1/search                                                read_articles
POST   /v1/search-rebuilds                                       operate
GET    /v1/cases/{case}/assignment                                read_cases
PUT    /v1/cases/{case}/assignment                                work_cases
PUT    /v1/cases/{case}/skills                                    work_cases
POST   /v1/case-picks                                            work_cases
GET    /v1/cases/{case}/escalation                                read_cases
GET    /v1/escalations                                           work_cases
GET    /v1/escalation-vacancies                                  work_cases
GET    /v1/subject-leads                                         work_cases
PUT    /v1/subject-leads                                         manage_desk
GET    /v1/cases/{case}/call-ins                                 work_cases
POST   /v1/cases/{case}/call-ins                                 work_cases
PUT    /v1/cases/{case}/call-ins/{number}/acknowledgement        work_cases
PUT    /v1/cases/{case}/call-ins/{number}/arrival                work_cases
DELETE /v1/cases/{case}/call-ins/{number}                        work_cases
GET    /v1/reports/call-ins                                      manage_desk
GET    /v1/routing-plan                                          work_cases
PUT    /v1/routing-plan                                          manage_desk
GET    /v1/reports/handoffs                                      work_cases
GET    /v1/reports/named-people                                  work_cases
GET    /v1/reports/routing-replay                                work_cases
GET    /v1/agents                                                work_cases
GET    /v1/agents/{user}                                         work_cases
PUT    /v1/agents/{user}                                         manage_desk
DELETE /v1/agents/{user}                                         manage_desk
GET    /v1/accounts/{account}/routing-need                       work_cases
GET    /v1/accounts/{account}/named-people                       read_contracts
GET    /v1/cover-gaps                                            work_cases
PUT    /v1/accounts/{account}/routing-need                       manage_desk
GET    /v1/cases/{case}/attachments                              read_cases
GET    /v1/cases/{case}/attachments/{attachment}                 read_cases
GET    /v1/cases/{case}/sent-mails                               work_cases
POST   /v1/mails                                                 receive_mails
GET    /v1/mails                                                 work_cases
GET    /v1/mails/{mail}                                          work_cases
PUT    /v1/cases/{case}/triage                                   work_cases
GET    /v1/cases/{case}/triage                                   read_cases
POST   /v1/cases/{case}/disputes                                 open_cases
GET    /v1/disputes                                              read_cases
GET    /v1/disputes/{dispute}                                    read_cases
PUT    /v1/disputes/{dispute}/ruling                             decide_disputes
GET    /v1/precedents                                            read_cases staff
POST   /v1/triage/expectations                                   open_cases
GET    /v1/triage/overrides                                      read_audit
GET    /v1/triage/disputed-rules                                 read_audit
POST   /v1/checks                                                check_entitlements
POST   /v1/checks/batch                                          check_entitlements
POST   /v1/reservations                                          reserve
POST   /v1/reservations/{key}/finalisation                       reserve
POST   /v1/reservations/{key}/release                            reserve
POST   /ofrep/v1/evaluate/flags                                  check_entitlements
POST   /ofrep/v1/evaluate/flags/{key}                            check_entitlements
GET    /ofrep/v1/events                                          check_entitlements
POST   /v1/usage-events                                          send_usage
POST   /v1/usage-events/segment                                  send_usage
"""
NEEDS = {
    (method, path): needs
    for method, path, *needs in (line.split() for line in TABLE.strip().splitlines())
}
BOUND = (Role.customer_contact, Role.partner)


@dataclass
class Doors:
    """A world with two accounts, and a client of every role; customers' ones belong to Pine."""

    served: Served
    clients: dict[Role, Client]
    contact: dict[str, str]
    """A contact of each account, by the account."""
    contract: dict[str, str]
    case: dict[str, str]

    def call(
        self, client: Client, method: str, path: str, account: str, body: Any
    ) -> httpx.Response:
        """Ask about an account, or about what belongs to it."""
        own = {
            "account": account,
            "contact": self.contact[account],
            "contract": self.contract[account],
            "case": self.case[account],
            "catalog": "acme",
            "version": "2025-01-01",
            "purpose": "product_analytics",
        }
        filled = re.sub(r"\{(\w+)\}", lambda found: own.get(found[1], f"{found[1]}_x"), path)
        if "rotation" in path:
            filled += "?start=2025-01-01T00:00:00Z&end=2025-07-01T00:00:00Z"
        stated: dict[str, Any] = {} if method == "GET" else {"json": body}
        if path == "/v1/usage-events":
            stated["headers"] = {"Content-Type": "application/cloudevents+json"}
        return client.request(method, filled, **stated)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with serve_small_world(tmp_path_factory.mktemp("doors")) as served:
        clients = {
            role: served.as_(role, **({"account": served.pine} if role in BOUND else {}))
            for role in Role
        }
        contact, contract, case = {}, {}, {}
        for account in (served.pine, served.oak):
            path = f"/v1/accounts/{account}"
            person = {"name": "Ana", "email": f"{account[-8:]}@x.example"}
            contact[account] = served.operator.post(f"{path}/contacts", json=person).json()["id"]
            held = served.operator.get(f"{path}/contracts").json()
            contract[account] = held["items"][0]["id"]
            raised = {"account": account, "subject": "Slow", "text": "It is slow."}
            case[account] = served.operator.post("/v1/cases", json=raised).json()["id"]
        yield Doors(served, clients, contact, contract, case)


def body_of(path: str, account: str) -> Any:
    """A body with which an operation gets as far as asking who may."""
    if path.startswith("/ofrep"):
        return {"context": {"targetingKey": account}}
    one = {"account": account, "feature": "reports"}
    return {
        "/v1/cases": {"account": account, "subject": "Slow", "text": "It is slow."},
        "/v1/cases/{case}/messages": {"text": "Still slow."},
        "/v1/triage/expectations": {"account": account, "answers": {"urgency": "now"}},
        "/v1/checks": one,
        "/v1/checks/batch": {"checks": [one]},
        "/v1/reservations": {**one, "quantity": 1},
        "/v1/accounts/{account}/contacts": {"name": "Bo", "email": "bo@x.example"},
        "/v1/contacts/{contact}": {"name": "Bo"},
        "/v1/contacts/{contact}/language": {"language": "de"},
        "/v1/contacts/{contact}/case-mails": {"wanted": False},
        "/v1/accounts/{account}/consents/{purpose}": {
            "notice_version": "2026-01",
            "evidence": "form f-1",
        },
        "/v1/accounts/{account}/prompt-decisions": {"prompt": "survey"},
    }.get(path, {})


def test_the_table_names_every_operation_of_the_document(doors: Doors) -> None:
    document = doors.served.nobody.get("/openapi.json").json()
    documented = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert documented == set(NEEDS)


@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_nobody_may_do_what_is_not_public(doors: Doors, method: str, path: str) -> None:
    pine = doors.served.pine
    answer = doors.call(doors.served.nobody, method, path, pine, body_of(path, pine))
    if NEEDS[method, path] == [PUBLIC]:
        assert answer.status_code != 403
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_a_role_may_do_what_its_permissions_say(doors: Doors, method: str, path: str) -> None:
    needed = NEEDS[method, path]
    if needed[0] in (PUBLIC, ANYBODY, BROWSER):
        return
    for role, client in doors.clients.items():
        answer = doors.call(client, method, path, doors.served.pine, body_of(path, "account_x"))
        held = PERMISSIONS_OF[role] & WITHIN_AN_ACCOUNT if role in BOUND else PERMISSIONS_OF[role]
        may = needed[0] in held and not ("staff" in needed and role in CUSTOMER_ROLES)
        if may:
            assert answer.status_code not in (401, 500), (role, answer.text)
            is_about_another = "/ofrep" in path and role in BOUND
            assert answer.status_code != 403 or is_about_another, (role, answer.text)
        else:
            # A hidden thing may be told to be absent instead; either way nothing was done.
            assert answer.status_code in (403, 404), (role, answer.text)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, path)
        for (method, path), needs in NEEDS.items()
        if needs[0] in WITHIN_AN_ACCOUNT
        and "staff" not in needs
        and (
            "{account}" in path or "{contact}" in path or "{contract}" in path or "/checks" in path
        )
    ],
)
def test_anothers_account_is_as_if_it_were_not_there(doors: Doors, method: str, path: str) -> None:
    oak = doors.served.oak
    for role in BOUND:
        client = doors.clients[role]
        if NEEDS[method, path][0] not in PERMISSIONS_OF[role]:
            continue
        others = doors.call(client, method, path, oak, body_of(path, oak))
        assert others.status_code == 404, (role, others.text)
        assert "Oak" not in others.text


@pytest.mark.parametrize(
    "path", [path for method, path in NEEDS if method == "GET" and "{" not in path]
)
def test_no_list_of_a_customer_tells_of_another(doors: Doors, path: str) -> None:
    oak = doors.served.oak
    for role in BOUND:
        answer = doors.clients[role].get(path)
        for told in (oak, doors.contact[oak], doors.contract[oak]):
            assert told not in answer.text
