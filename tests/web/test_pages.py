"""The frame of every page."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import html5lib
import jinja2
import pytest

from tierline.web.charts import Scale, band_path, line_path, nice_step, room, spread
from tierline.web.formats import breakable, duration, finding, moment, noun, own_unit, percent
from tierline.web.pages import environment, policy, render, stylesheet


def page_of(body: str, **values: object) -> str:
    frame = '{% extends "page.html" %}{% import "charts.html" as chart with context %}'
    titled = "{% block title %}Test{% endblock %}{% block main %}<h1>Test</h1>"
    return environment().from_string(f"{frame}{titled}{body}{{% endblock %}}").render(values)


def test_values_are_escaped() -> None:
    assert "<h1>Test</h1>&lt;b&gt;" in page_of("{{ text }}", text="<b>")


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        page_of("{{ nothing }}")
    with pytest.raises(jinja2.TemplateNotFound):
        render("../pages.py")


def test_the_policy_allows_the_style_sheet_of_the_page_and_nothing_else() -> None:
    style = re.search(r"<style>(.*?)</style>", page_of(""), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy("app")
    assert policy("app").startswith("default-src 'none'")


def test_the_style_sheet_is_small() -> None:
    assert len(stylesheet("app", "grid")) < 16_000


def test_every_chart_is_valid_has_a_name_and_a_table() -> None:
    gold = {"label": "Gold <b>", "value": 90, "low": 85, "high": 95, "text": "90"}
    page = page_of(
        """
        {{ chart.line("a", "Met", ["J", "F", "M"], series, low=80, target=(95, "target")) }}
        {{ chart.bars("b", "Cases", [gold]) }}
        {{ chart.dots("c", "Met", [gold]) }}
        {{ chart.heat("d", "By hour", ["0", "1"], [{"label": "Mon", "cells": cells}]) }}
        {{ chart.meter(0.5, "50 %", target=0.9) }}
        """,
        gold=gold,
        series=[{"name": "Gold <b>", "values": [90, None, 97], "text": "97"}],
        cells=[{"share": 0.5, "says": "5"}, {"share": None, "says": "none"}],
    )
    html5lib.HTMLParser(strict=True).parse(page)
    assert page.count('role="img"') == 5
    assert page.count("<table") == 4
    assert "style=" not in page
    assert "Gold <b>" not in page


def test_what_stands_beside_a_line_fits_in_the_letters_of_a_narrow_page() -> None:
    texts = {"Enterprise": "91.2 %", "Standard": "89.7 %"}
    series = [{"name": name, "values": [1, 2], "text": text} for name, text in texts.items()]
    page = page_of('{{ chart.line("a", "Met", ["J", "F"], series) }}', series=series)
    (width,) = re.findall(r'viewBox="0 0 (\d+) ', page)
    starts = [float(x) for x in re.findall(r'class="value" x="([\d.]+)"', page)]
    assert len(starts) == 2
    assert max(starts) + room(["91.2 % Enterprise"], 0) <= float(width)


def test_the_labels_of_lanes_fit_in_the_letters_of_a_narrow_page() -> None:
    lane = {
        "label": "acknowledgement",
        "says": "met",
        "verdict": "met",
        "spans": [],
        "dues": [],
        "text": "",
    }
    page = page_of('{{ chart.lanes("a", "Clocks", [lane], "5 Jan", "6 Jan") }}', lane=lane)
    ends = [
        float(x) for x in re.findall(r'<text x="([\d.]+)" y="18[.\d]*" text-anchor="end"', page)
    ]
    assert min(ends) >= room([lane["label"]], 0)


def test_a_line_breaks_where_a_value_is_missing_and_a_value_alone_is_a_short_stroke() -> None:
    across, up = Scale(0, 2, 0, 100), Scale(0, 10, 10, 0)
    assert line_path([0, None, 10], across, up) == "M-3.0 10.0h6M97.0 0.0h6"
    assert line_path([None, 5, 10], across, up) == "M50.0 5.0L100.0 0.0"
    assert band_path([1, None, 2], [3, None, 4], across, up).count("Z") == 2


@pytest.mark.parametrize(("rough", "step"), [(0.7, 1), (1.2, 2), (2.1, 2.5), (26, 50), (0, 1)])
def test_ticks_are_round(rough: float, step: float) -> None:
    assert nice_step(rough) == step


def test_ticks_cover_the_scale_and_labels_keep_apart() -> None:
    assert Scale(90, 100, 0, 1).ticks() == [90, 92.5, 95, 97.5, 100]
    assert spread([10, 12, 40], 15) == [10, 25, 40]


def test_a_chart_has_room_for_its_longest_words() -> None:
    assert room(["Chat"], 160) == 160
    assert room(["Chat", "Nothing is promised"], 160) == 218.5
    assert room([], 82) == 82


def test_a_label_of_any_length_leaves_room_for_what_it_labels() -> None:
    row = {"label": "Priority " * 12, "value": 50, "low": 40, "high": 60, "text": "50"}
    page = page_of(
        '{{ chart.bars("b", "Cases", [row, full]) }}{{ chart.dots("c", "Met", [row, full]) }}',
        row=row,
        full={"label": "Gold", "value": 100, "low": 90, "high": 100, "text": "100"},
    )
    html5lib.HTMLParser(strict=True).parse(page)
    half, whole = (float(wide) for wide in re.findall(r'<rect[^>]* width="([\d.]+)"', page))
    assert whole > 100
    assert half == pytest.approx(whole / 2, abs=0.2)
    places = [float(x) for x in re.findall(r'<circle[^>]* cx="([\d.]+)"', page)]
    assert 300 < places[0] < places[1] < 640
    assert page.count(f"<title>{'Priority ' * 12}</title>Priority Priority Priority P…</text>") == 2


def test_numbers_and_times_are_set_for_reading() -> None:
    assert percent(0.976) == "97.6\u202f%"
    assert percent(None) == "–"
    assert duration(11_400) == "3\u202fh 10\u202fmin"
    assert moment(date(2026, 7, 1)) == '<time datetime="2026-07-01">1 July 2026</time>'
    exact = moment(datetime(2026, 7, 1, 9, 5, tzinfo=UTC))
    assert 'datetime="2026-07-01T09:05:00Z"' in exact
    assert "1 Jul 2026, 09:05 UTC" in exact


def test_a_zone_without_a_name_says_of_what_it_is_an_offset() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert "20:00 UTC+08<" in moment(noon.astimezone(ZoneInfo("Asia/Singapore")))
    assert "14:00 CEST<" in moment(noon.astimezone(ZoneInfo("Europe/Berlin")))


def test_a_unit_is_not_said_twice_and_begins_small_in_a_sentence() -> None:
    assert own_unit("hour", "Engineering hours") == "hours"
    assert own_unit("sandbox", "Sandboxes") == ""
    assert own_unit("Health check", "Health check") == ""
    assert noun("Health check", "Health check") == "health check"
    assert noun("API request", "API request") == "API request"
    assert noun("GB", "Storage") == "GB"


def test_a_finding_that_is_an_amount_is_set_as_money() -> None:
    assert finding("12000 USD") == "$12,000 an hour"
    assert finding("high") == "High"
    assert finding("GxP, DORA") == "GxP, DORA"


def test_an_address_breaks_after_its_sign_and_stays_escaped() -> None:
    assert breakable("a@b.example") == "a@<wbr>b.<wbr>example"
    assert breakable("<b>@x") == "&lt;b&gt;@<wbr>x"


def test_a_line_of_many_labels_keeps_about_four_of_them_where_it_is_narrow() -> None:
    shown = """{{ chart.line("a", "Left", labels, [{"name": "left", "values": values}]) }}"""
    for days in (1, 4, 5, 12, 31, 365):
        page = page_of(shown, labels=[f"day {day}" for day in range(days)], values=[1.0] * days)
        labels = re.findall(r'<text( class="between")? x=[^>]*text-anchor="middle">day', page)
        assert min(days, 3) <= sum(not between for between in labels) <= 4, days
