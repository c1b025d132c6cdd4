"""Users, sessions and second factors as the application runs them, on both databases."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import pyotp
import pytest
import sqlalchemy as sa
from letter_terminal import Terminal
from moved_clock import Hands, moved_by_hand

from tierline.access.caller import Unauthenticated, operator
from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.actions import partner_access, second_factor, sessions, tokens, users
from tierline.actions.accounts import AccountDetails, open_account
from tierline.bootstrap.application import Application
from tierline.kernel import clock
from tierline.kernel.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound
from tierline.store.schema import METADATA
from tierline.store.store import Store

EMAIL, PASSWORD = "rivera@pine.example", "four boring words here"
HERE, THERE = "203.0.113.7", "198.51.100.9"
DAY = timedelta(days=1)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def app(store: Store, hands: Hands, terminal: Terminal) -> Iterator[Application]:
    made = Application(store, folder=None, is_shared=False)
    terminal.watch(made)
    assert made.now() == hands.now
    yield made
    made.callers.write_uses()


def link(terminal: Terminal) -> str:
    """The secret of the last link that was written to anybody."""
    return re.findall(r"code=(\w+)", terminal.getvalue())[-1]


def join(
    app: Application,
    terminal: Terminal,
    *roles: Role,
    email: str = EMAIL,
    account: str | None = None,
) -> str:
    app.access.invite(email, frozenset(roles or {Role.agent}), account, operator())
    return app.access.accept(link(terminal), "Ana Rivera", None, PASSWORD).id


def account(app: Application, name: str = "Pine") -> str:
    return app.change(lambda r: open_account(r, AccountDetails(name=name), app.occasion())).id


def enrol(app: Application, user: str) -> tuple[str, tuple[str, ...]]:
    """The key of an authenticator that is set up, and the recovery codes."""
    occasion, box = app.occasion(user), app.access.box
    key = app.change(lambda r: second_factor.begin_enrolment(r, user, box, occasion)).key
    code = pyotp.TOTP(key).at(app.now())
    codes = app.change(
        lambda r: second_factor.finish_enrolment(r, user, code, box=box, occasion=occasion)
    )
    return key, codes


def test_who_is_invited_signs_in_and_out(app: Application, terminal: Terminal) -> None:
    user = join(app, terminal)
    opened = app.access.sign_in(f" {EMAIL.upper()} ", PASSWORD, HERE)
    visitor = app.callers.of_session(opened.cookie)
    assert (visitor.caller.id, visitor.user.name) == (user, "Ana Rivera")
    assert visitor.caller.may(Permission.read_people)
    app.change(lambda r: sessions.end_session(r, opened.session.id, app.occasion(user)))
    with pytest.raises(Unauthenticated):
        app.callers.of_session(opened.cookie)


def test_no_secret_stands_in_the_database(app: Application, terminal: Terminal) -> None:
    user = join(app, terminal)
    invited = link(terminal)
    app.access.request_reset(EMAIL, HERE)
    key, codes = enrol(app, user)
    opened = app.access.sign_in(EMAIL, PASSWORD, HERE)
    secrets = [PASSWORD, invited, link(terminal), key, *codes, opened.cookie]
    rows = app.store.read(
        lambda snapshot: repr(
            [list(snapshot.execute(sa.select(table))) for table in METADATA.sorted_tables]
        )
    )
    assert EMAIL in rows
    assert [secret for secret in secrets if secret in rows] == []


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@x.example", PASSWORD)])
def test_a_wrong_address_is_answered_like_a_wrong_password(
    app: Application, terminal: Terminal, email: str, password: str
) -> None:
    join(app, terminal)
    with pytest.raises(Unauthenticated) as caught:
        app.access.sign_in(email, password, HERE)
    assert str(caught.value) == sessions.WRONG
    assert caught.value.code == "wrong_password"


@pytest.mark.usefixtures("dear_passwords")
def test_a_wrong_address_takes_as_long_as_a_wrong_password(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    join(app, terminal)

    def seconds(email: str) -> float:
        hands.move(DAY)
        start = time.perf_counter()
        with pytest.raises(Unauthenticated):
            app.access.sign_in(email, "wrong", HERE)
        return time.perf_counter() - start

    pairs = [(seconds(EMAIL), seconds("nobody@x.example")) for _ in range(7)]
    known, unknown = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    assert 0.5 < known / unknown < 2.0


def test_many_wrong_passwords_make_one_wait_even_with_the_right_one(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    join(app, terminal)
    for email in (EMAIL, "nobody@x.example"):
        for _ in range(5):
            with pytest.raises(Unauthenticated):
                app.access.sign_in(email, "wrong", HERE)
            hands.move(timedelta(milliseconds=1))
        with pytest.raises(LimitReached, match="Try again in 1 second"):
            app.access.sign_in(email, PASSWORD, HERE)
    assert app.access.sign_in(EMAIL, PASSWORD, THERE).user.email == EMAIL
    hands.move(timedelta(seconds=2))
    assert app.access.sign_in(EMAIL, PASSWORD, HERE).user.email == EMAIL


def test_who_signs_in_rightly_all_day_never_waits(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    join(app, terminal)
    for _ in range(8):
        app.access.sign_in(EMAIL, PASSWORD, HERE)
        hands.move(timedelta(seconds=1))
    assert app.read(lambda r: r.sessions.tries((), since=hands.now)) == {}


def test_a_second_factor_stands_between_the_password_and_the_session(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    key, _ = enrol(app, join(app, terminal))
    hands.move(timedelta(minutes=1))
    waiting = app.access.sign_in(EMAIL, PASSWORD, HERE)
    with pytest.raises(Unauthenticated):
        app.callers.of_session(waiting.cookie)
    with pytest.raises(Unauthenticated, match="code is wrong"):
        app.access.confirm(waiting.cookie, "000000", HERE)
    code = pyotp.TOTP(key).at(hands.now)
    opened = app.access.confirm(waiting.cookie, code, HERE)
    assert opened.cookie != waiting.cookie
    assert app.callers.of_session(opened.cookie).user.email == EMAIL
    for cookie in (waiting.cookie, opened.cookie, "x"):
        with pytest.raises(Unauthenticated, match="Sign in again"):
            app.access.confirm(cookie, code, HERE)


def test_a_code_works_once_also_for_another_sign_in(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    key, _ = enrol(app, join(app, terminal))
    hands.move(timedelta(minutes=1))
    code = pyotp.TOTP(key).at(hands.now)
    app.access.confirm(app.access.sign_in(EMAIL, PASSWORD, HERE).cookie, code, HERE)
    for back in (timedelta(0), timedelta(seconds=-20)):
        hands.move(back)
        again = app.access.sign_in(EMAIL, PASSWORD, HERE)
        with pytest.raises(Unauthenticated, match="code is wrong"):
            app.access.confirm(again.cookie, code, HERE)


def test_a_recovery_code_works_once(app: Application, terminal: Terminal) -> None:
    user = join(app, terminal)
    _, codes = enrol(app, user)
    waiting = app.access.sign_in(EMAIL, PASSWORD, HERE)
    opened = app.access.confirm(waiting.cookie, codes[3].upper().replace("-", " "), HERE)
    assert opened.user.id == user
    assert app.read(lambda r: r.users.count_recovery_codes(user)) == 9
    waiting = app.access.sign_in(EMAIL, PASSWORD, HERE)
    with pytest.raises(Unauthenticated):
        app.access.confirm(waiting.cookie, codes[3], HERE)


def test_guessing_codes_soon_takes_for_ever(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    enrol(app, join(app, terminal))
    waiting = app.access.sign_in(EMAIL, PASSWORD, HERE)

    def guess(code: str) -> None:
        hands.move(timedelta(milliseconds=1))
        app.access.confirm(waiting.cookie, code, HERE)

    for number in range(5):
        with pytest.raises(Unauthenticated):
            guess(f"{number:06}")
    with pytest.raises(LimitReached):
        guess("000005")


def test_an_enrolment_counts_only_once_it_was_shown_to_work(
    app: Application, terminal: Terminal
) -> None:
    user = join(app, terminal)
    occasion, box = app.occasion(user), app.access.box
    app.change(lambda r: second_factor.begin_enrolment(r, user, box, occasion))
    with pytest.raises(Invalid, match="not shown to work"):
        app.change(
            lambda r: second_factor.finish_enrolment(r, user, "1", box=box, occasion=occasion)
        )
    assert app.access.sign_in(EMAIL, PASSWORD, HERE).session.confirmed_at is not None
    enrol(app, user)
    with pytest.raises(Conflict, match="a second factor already"):
        app.change(lambda r: second_factor.begin_enrolment(r, user, box, occasion))


def test_a_second_factor_is_removed_with_a_code_of_it(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    user = join(app, terminal)
    key, codes = enrol(app, user)
    person = app.read(lambda r: r.users.get(user))
    with pytest.raises(Unauthenticated):
        app.access.remove_second_factor(person, "123456", HERE)
    hands.move(timedelta(minutes=1))
    app.access.remove_second_factor(person, pyotp.TOTP(key).at(hands.now), HERE)
    assert app.access.sign_in(EMAIL, PASSWORD, HERE).session.confirmed_at is not None
    assert app.read(lambda r: r.users.count_recovery_codes(user)) == 0
    assert len(codes) == 10


def test_a_session_ends_by_itself_and_stays_over_when_the_clock_jumps_back(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    join(app, terminal)
    opened = app.access.sign_in(EMAIL, PASSWORD, HERE)
    app.callers.forget()
    hands.move(2 * DAY)
    for jump in (timedelta(0), -2 * DAY):
        hands.move(jump)
        app.callers.forget()
        with pytest.raises(Unauthenticated):
            app.callers.of_session(opened.cookie)
    app.callers.write_uses()
    with pytest.raises(Unauthenticated):
        app.callers.of_session(opened.cookie)


def test_a_token_that_ran_out_stays_over_when_the_clock_jumps_back(
    app: Application, hands: Hands
) -> None:
    order = tokens.TokenOrder(role=Role.agent, expires_at=hands.now + DAY)
    made = app.change(lambda r: tokens.create_token(r, order, operator(), app.occasion()))
    assert app.callers.of_token(made.secret).id == made.token.id
    for jump in (DAY, -DAY):
        hands.move(jump)
        app.callers.forget()
        with pytest.raises(Unauthenticated):
            app.callers.of_token(made.secret)
        app.callers.write_uses()


def test_what_is_used_stays_in_use(app: Application, terminal: Terminal, hands: Hands) -> None:
    join(app, terminal)
    opened = app.access.sign_in(EMAIL, PASSWORD, HERE)
    for _ in range(30):
        hands.move(timedelta(hours=8))
        app.callers.forget()
        assert app.callers.of_session(opened.cookie).user.email == EMAIL
        app.callers.write_uses()
    hands.move(6 * DAY)
    app.callers.forget()
    with pytest.raises(Unauthenticated):
        app.callers.of_session(opened.cookie)


def test_a_reset_works_once_and_ends_every_session(app: Application, terminal: Terminal) -> None:
    join(app, terminal)
    opened = app.access.sign_in(EMAIL, PASSWORD, HERE)
    app.callers.of_session(opened.cookie)
    app.access.request_reset(EMAIL, HERE)
    secret = link(terminal)
    app.access.reset_password(secret, "other four boring words")
    with pytest.raises(Unauthenticated):
        app.callers.of_session(opened.cookie)
    with pytest.raises(Unauthenticated):
        app.access.sign_in(EMAIL, PASSWORD, HERE)
    assert app.access.sign_in(EMAIL, "other four boring words", HERE).user.email == EMAIL
    with pytest.raises(Unauthenticated, match="used or is out of date"):
        app.access.reset_password(secret, "a third four boring words")


def test_an_older_link_and_one_that_is_late_reset_nothing(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    join(app, terminal)
    app.access.request_reset(EMAIL, HERE)
    older = link(terminal)
    app.access.request_reset(EMAIL, HERE)
    newer = link(terminal)
    with pytest.raises(Unauthenticated):
        app.access.reset_password(older, "other four boring words")
    hands.move(timedelta(minutes=30))
    with pytest.raises(Unauthenticated):
        app.access.reset_password(newer, "other four boring words")


def test_nobody_is_told_whether_an_address_is_known(app: Application, terminal: Terminal) -> None:
    app.access.request_reset("nobody@x.example", HERE)
    app.access.request_reset('\'; DROP TABLE "user"; --', HERE)
    assert terminal.getvalue() == ""


def test_disabling_revokes_all_at_once(app: Application, terminal: Terminal) -> None:
    user = join(app, terminal, Role.admin)
    opened = app.access.sign_in(EMAIL, PASSWORD, HERE)
    caller = app.callers.of_session(opened.cookie).caller
    order = tokens.TokenOrder(role=Role.admin)
    made = app.change(lambda r: tokens.create_token(r, order, caller, app.occasion(user)))
    app.access.invite("accomplice@x.example", frozenset({Role.admin}), None, caller)
    invited = link(terminal)
    app.access.request_reset(EMAIL, HERE)
    assert app.callers.of_token(made.secret)
    app.change(lambda r: users.disable_user(r, user, app.occasion()))
    for refused in (
        lambda: app.callers.of_session(opened.cookie),
        lambda: app.callers.of_token(made.secret),
        lambda: app.access.sign_in(EMAIL, PASSWORD, HERE),
        lambda: app.access.reset_password(link(terminal), "other four boring words"),
        lambda: app.access.accept(invited, "Accomplice", None, PASSWORD),
    ):
        with pytest.raises(Unauthenticated):
            refused()
    app.change(lambda r: users.enable_user(r, user, app.occasion()))
    assert app.access.sign_in(EMAIL, PASSWORD, HERE).user.id == user
    with pytest.raises(Unauthenticated):
        app.callers.of_token(made.secret)


def test_an_invitation_is_accepted_once_within_its_week(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    app.access.invite(EMAIL, frozenset({Role.lead}), None, operator())
    older = link(terminal)
    app.access.invite(EMAIL, frozenset({Role.agent}), None, operator())
    newer = link(terminal)
    with pytest.raises(Unauthenticated):
        app.access.accept(older, "Ana", None, PASSWORD)
    with pytest.raises(Invalid) as caught:
        app.access.accept(newer, "Ana", None, "rivera rivera")
    assert [fault.code for fault in caught.value.faults] == ["weak_password"]
    assert app.access.accept(newer, "Ana", None, PASSWORD).roles == {Role.agent}
    with pytest.raises(Unauthenticated):
        app.access.accept(newer, "Ana", None, PASSWORD)
    app.access.invite("late@x.example", frozenset({Role.agent}), None, operator())
    hands.move(7 * DAY)
    with pytest.raises(Unauthenticated):
        app.access.accept(link(terminal), "Late", None, PASSWORD)


@pytest.mark.parametrize(
    ("email", "roles", "with_account", "fault"),
    [
        ("no address", {Role.agent}, False, "bad_email"),
        ("a@b", {Role.agent}, False, "bad_email"),
        ("a\x00@b.example", {Role.agent}, False, "bad_email"),
        ("'; --@b.example", {Role.agent}, False, "bad_email"),
        (EMAIL, set(), False, "no_role"),
        (EMAIL, {Role.agent, Role.partner}, True, "mixed_roles"),
        (EMAIL, {Role.customer_contact}, False, "no_account"),
        (EMAIL, {Role.agent}, True, "account_of_staff"),
    ],
)
def test_nobody_is_invited_as_what_cannot_be(
    app: Application, email: str, roles: set[Role], with_account: bool, fault: str
) -> None:
    where = account(app) if with_account else None
    with pytest.raises(Invalid) as caught:
        app.access.invite(email, frozenset(roles), where, operator())
    assert [each.code for each in caught.value.faults] == [fault]


def test_who_is_a_user_is_not_invited_again(app: Application, terminal: Terminal) -> None:
    join(app, terminal)
    with pytest.raises(Conflict):
        app.access.invite(EMAIL, frozenset({Role.admin}), None, operator())


def test_the_first_admin_sets_up_with_a_code_that_is_good_while_there_is_nobody(
    app: Application, terminal: Terminal
) -> None:
    first, second = app.access.set_up_code(), app.access.set_up_code()
    assert first is not None
    assert second is not None
    assert first != second
    admin = app.access.accept(first.upper(), "Ada Byron", "ada@vendor.example", PASSWORD)
    assert admin.roles == {Role.admin}
    assert app.access.set_up_code() is None
    with pytest.raises(Unauthenticated):
        app.access.accept(second, "Mallory", "mallory@x.example", PASSWORD)
    assert terminal.getvalue() == ""


def test_other_roles_hold_from_the_next_request(app: Application, terminal: Terminal) -> None:
    user = join(app, terminal, Role.admin)
    opened = app.access.sign_in(EMAIL, PASSWORD, HERE)
    assert app.callers.of_session(opened.cookie).caller.may(Permission.operate)
    app.change(
        lambda r: users.change_user(
            r,
            user,
            name="Ana",
            roles=frozenset({Role.agent}),
            account=None,
            caller=operator(),
            occasion=app.occasion(),
        )
    )
    caller = app.callers.of_session(opened.cookie).caller
    assert not caller.may(Permission.operate)
    with pytest.raises(Forbidden):
        app.access.invite("x@x.example", frozenset({Role.admin}), None, caller)


def test_a_partner_sees_an_account_while_it_has_access(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    pine, oak = account(app), account(app, "Oak")
    join(app, terminal, Role.partner, email="partner@oak.example", account=oak)
    join(app, terminal, Role.customer_contact, email="contact@oak.example", account=oak)
    cookies = [
        app.access.sign_in(email, PASSWORD, HERE).cookie
        for email in ("partner@oak.example", "contact@oak.example")
    ]
    app.change(
        lambda r: partner_access.give_access(
            r, pine, oak, end=hands.now + DAY, occasion=app.occasion()
        )
    )
    partner, contact = (app.callers.of_session(cookie).caller for cookie in cookies)
    partner.require(Permission.read_contracts, pine)
    with pytest.raises(NotFound):
        contact.require(Permission.read_contracts, pine)
    app.change(lambda r: partner_access.end_access(r, pine, oak, app.occasion()))
    with pytest.raises(NotFound):
        app.callers.of_session(cookies[0]).caller.require(Permission.read_contracts, pine)
    with pytest.raises(NotFound):
        app.change(lambda r: partner_access.end_access(r, pine, oak, app.occasion()))


def test_access_that_cannot_be_given_is_refused(app: Application, hands: Hands) -> None:
    pine, oak = account(app), account(app, "Oak")

    def give(partner: str, end: datetime | None = None) -> object:
        return app.change(
            lambda r: partner_access.give_access(r, pine, partner, end=end, occasion=app.occasion())
        )

    with pytest.raises(Invalid) as caught:
        give(pine, hands.now)
    assert [fault.code for fault in caught.value.faults] == ["itself", "over"]
    with pytest.raises(NotFound):
        give("account_x")
    give(oak)
    with pytest.raises(Conflict):
        give(oak)


def test_an_identity_provider_vouches_for_a_user(app: Application, terminal: Terminal) -> None:
    user = join(app, terminal)

    def sign_in(subject: str, email: str | None) -> sessions.NewSession:
        return app.change(
            lambda r: sessions.sign_in_as_known_elsewhere(
                r, "https://id.example", subject, email, app.occasion()
            )
        )

    for email in (None, "stranger@x.example"):
        with pytest.raises(Unauthenticated, match="invitation"):
            sign_in("s-1", email)
    assert sign_in("s-1", EMAIL.upper()).user.id == user
    assert sign_in("s-1", "another@x.example").user.id == user
    app.change(lambda r: users.disable_user(r, user, app.occasion()))
    with pytest.raises(Unauthenticated):
        sign_in("s-1", EMAIL)


def test_of_many_who_use_one_link_or_code_at_once_one_succeeds(
    app: Application, terminal: Terminal, hands: Hands
) -> None:
    user = join(app, terminal)
    key, _ = enrol(app, user)
    hands.move(timedelta(minutes=1))
    code = pyotp.TOTP(key).at(hands.now)
    waiting = [app.access.sign_in(EMAIL, PASSWORD, HERE).cookie for _ in range(4)]
    app.access.invite("new@x.example", frozenset({Role.agent}), None, operator())
    invited = link(terminal)
    app.access.request_reset(EMAIL, HERE)
    reset = link(terminal)

    def successes(tries: list[Callable[[], object]]) -> int:
        def run(work: Callable[[], object]) -> bool:
            try:
                work()
            except (Unauthenticated, Conflict):
                return False
            return True

        with ThreadPoolExecutor(len(tries)) as pool:
            return sum(pool.map(run, tries))

    confirm = [partial(app.access.confirm, cookie, code, HERE) for cookie in waiting]
    accept = [partial(app.access.accept, invited, "New", None, PASSWORD) for _ in range(4)]
    choose = [partial(app.access.reset_password, reset, f"{PASSWORD} {n}") for n in range(4)]
    assert [successes(list(tries)) for tries in (confirm, accept, choose)] == [1, 1, 1]


def test_parallel_guesses_are_all_counted(app: Application, terminal: Terminal) -> None:
    join(app, terminal)
    start = clock.now()
    ticks = itertools.count()
    clock.now = lambda: start + timedelta(microseconds=next(ticks))  # type: ignore[method-assign]  # undone by `hands`

    def guess(number: int) -> str:
        try:
            app.access.sign_in(EMAIL, f"wrong {number}", HERE)
        except (Unauthenticated, LimitReached) as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(16)))
    assert told.count("wrong_password") == 5
    assert told.count("too_many_requests") == 11
