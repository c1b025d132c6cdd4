"""What rows tell: a fact where something changed, nothing where nothing did."""

from __future__ import annotations

from .conftest import Read, told

A = "A,2026-03-02 09:00"


def test_a_case_is_opened_worked_on_and_closed(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 09:01,low,New,,,Acme,2026-03-02 12:00,
        {A},2026-03-02 09:30,low,Work,Ann,reply,Acme,2026-03-02 12:00,
        {A},2026-03-02 10:00,high,Work,Ann,,Acme,2026-03-02 12:00,
        {A},2026-03-02 11:00,high,Done,Ann,,Acme,2026-03-02 12:00,
        {A},2026-03-02 12:30,high,Closed,Ann,,Acme,2026-03-02 12:00,
    """)
    history = reading.log.history(0)
    assert told(history) == [
        "09:00 opened S2",
        "09:30 acknowledged",
        "09:30 public_reply",
        "10:00 severity_changed S1",
        "11:00 resolved",
        "12:00 closed",
    ]
    assert history.tier == "gold"
    assert history.attributes == {"account": "Acme"}


def test_a_row_that_changes_nothing_gives_no_fact(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 09:01,low,New,,,,,
        {A},2026-03-02 09:02,low,Work,,,,,
        {A},2026-03-02 09:03,low,?,,,,,
    """)
    assert told(reading.log.history(0)) == ["09:00 opened S2"]
    assert (reading.rows.used, reading.rows.without_effect) == (1, 2)


def test_a_wait_for_another_reason_ends_the_wait_before(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 09:01,low,Ask,,,,,
        {A},2026-03-02 10:00,low,Vendor,,,,,
        {A},2026-03-02 11:00,low,Works again,,,,,
    """)
    assert told(reading.log.history(0))[1:] == [
        "09:01 paused waiting_on_customer",
        "10:00 resumed",
        "10:00 paused waiting_on_vendor",
        "11:00 resumed",
        "11:00 restored",
    ]


def test_work_after_the_end_reopens_a_case(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 09:01,low,Done,,,,,
        {A},2026-03-02 10:00,low,Ask,,,,,
        {A},2026-03-02 11:00,low,Done,,,,,
    """)
    assert told(reading.log.history(0))[1:] == [
        "09:01 resolved",
        "10:00 reopened",
        "10:00 paused waiting_on_customer",
        "11:00 resolved",
    ]


def test_only_the_last_end_takes_the_time_of_its_own_column(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 10:00,low,Closed,,,,2026-03-02 11:45,
        {A},2026-03-02 11:00,low,Work,,,,2026-03-02 11:45,
        {A},2026-03-02 12:00,low,Closed,,,,2026-03-02 11:45,
    """)
    facts = [fact for fact in told(reading.log.history(0)) if "closed" in fact]
    assert facts == ["10:00 closed", "11:45 closed"]


def test_an_end_left_over_from_before_a_reopening_is_not_taken(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 10:00,low,Closed,,,,2026-03-02 10:00,
        {A},2026-03-02 11:00,low,Work,,,,2026-03-02 10:00,
        {A},2026-03-02 12:00,low,Closed,,,,2026-03-02 10:00,
    """)
    assert told(reading.log.history(0))[-1] == "12:00 closed"


def test_a_wait_without_a_question_is_told_as_such(read: Read) -> None:
    ask = "Ask: {pause: waiting_on_customer}"
    asked = "Ask: {pause: waiting_on_customer, question: {column: note, is: [reply]}}"
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,Ask,,reply,,,
        {A},2026-03-02 10:00,low,Work,,,,,
        {A},2026-03-02 11:00,low,Ask,,,,,
        """,
        (ask, asked),
    )
    kinds = [fact.split()[1] for fact in told(reading.log.history(0)) if "paused" in fact]
    assert kinds == ["paused", "paused_without_question"]


def test_severity_may_be_taken_from_the_last_row(read: Read) -> None:
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,New,,,,,
        {A},2026-03-02 10:00,high,Work,,,,,
        """,
        ("low: S2}}", "low: S2}, from: last}"),
    )
    assert told(reading.log.history(0)) == ["09:00 opened S1"]


def test_a_matrix_of_two_columns_gives_severity(read: Read) -> None:
    reading = read(
        f"{A},2026-03-02 09:01,low,New,,,,,near",
        (
            "{column: grade, values: {high: S1, low: S2}}",
            "{rows: grade, columns: extra, cells: {low: {near: S3}}}",
        ),
    )
    assert told(reading.log.history(0)) == ["09:00 opened S3"]


def test_the_tier_follows_the_rules_and_its_changes(read: Read) -> None:
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,New,,,Acme,,
        {A},2026-03-02 10:00,low,Work,,,Acme,,paid
        """,
        (
            "{always: gold}",
            "{rules: [{column: extra, is: [paid], tier: gold}], default: silver, from: changes}",
        ),
    )
    history = reading.log.history(0)
    assert (history.tier, told(history)[-1]) == ("silver", "10:00 tier_changed gold")


def test_several_columns_make_one_state(read: Read) -> None:
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,Work,,,,,
        {A},2026-03-02 10:00,low,Hold,,,,,parts
        """,
        ("column: state", "columns: [state, extra]"),
        ("Vendor:", "Hold / parts:"),
    )
    assert told(reading.log.history(0))[-1] == "10:00 paused waiting_on_vendor"


def test_one_row_a_case_is_a_log_too(read: Read) -> None:
    reading = read(
        "A,2026-03-02 09:00,,low,New,,,,2026-03-02 12:00,",
        ("    event_at: at\n", ""),
        (
            "known: true}",
            "known: true}\n      - {event: closed, column: closed, known: true, at: closed}",
        ),
    )
    assert told(reading.log.history(0)) == ["09:00 opened S2", "12:00 closed"]


def test_rows_of_one_time_follow_the_tie_order(read: Read) -> None:
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,Ask,,,,,9
        {A},2026-03-02 09:01,low,Done,,,,,10
        {A},2026-03-02 09:01,low,New,,,,,8
        """,
        ("event_at: at", "event_at: at\n    tie_order: extra"),
    )
    assert [fact.split()[1] for fact in told(reading.log.history(0))] == [
        "opened",
        "paused",
        "resolved",
    ]


def test_a_rule_may_hold_only_once_in_a_case(read: Read) -> None:
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,New,,reply,,,
        {A},2026-03-02 09:02,low,New,,reply,,,
        """,
        ("is: [reply]}", "is: [reply], once: true}"),
    )
    assert told(reading.log.history(0))[1:] == ["09:01 public_reply"]


def test_the_old_verdict_is_kept_for_each_case(read: Read) -> None:
    reading = read(
        f"""
        {A},2026-03-02 09:01,low,New,,,,,yes
        {A},2026-03-02 10:00,low,Done,,,,,no
        """,
        (
            "attributes: {account: company}",
            "verdicts: {resolution: {column: extra, met: [yes], missed: [no]}}",
        ),
    )
    assert reading.log.attributes["verdict_resolution"].text(0) == "missed"


def test_rows_in_any_order_and_twice_tell_the_same(read: Read) -> None:
    rows = [
        f"{A},2026-03-02 09:01,low,New,,,,,",
        f"{A},2026-03-02 09:30,low,Ask,Ann,reply,,,",
        "B,2026-03-01 09:00,2026-03-02 09:30,high,Done,,,,,",
    ]
    once = read("\n".join(rows))
    again = read("\n".join([*reversed(rows), *rows]))
    assert again.log.case_ids == once.log.case_ids
    for place in range(len(once.log)):
        assert again.log.history(place) == once.log.history(place)
    assert again.rows.repeated == 3


def test_a_state_that_comes_back_within_one_minute_is_no_repetition(read: Read) -> None:
    reading = read(f"""
        {A},2026-03-02 09:01,low,Work,,,,,
        {A},2026-03-02 09:01,low,Ask,,,,,
        {A},2026-03-02 09:01,low,Work,,,,,
    """)
    assert told(reading.log.history(0))[-1] == "09:01 resumed"
