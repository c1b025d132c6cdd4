"""Files that cannot be read as a whole: one clear sentence, what to do, and nothing half-done."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tierline.connectors.event_log import source_file, table
from tierline.connectors.event_log.reading import read_log
from tierline.connectors.event_log.source_file import plain_file
from tierline.kernel.errors import Invalid, LimitReached, NotFound

from .conftest import HEADER, Mapped, Read

ROW = "A,2026-03-02 09:00,2026-03-02 09:01,low,New,,,,,"
CONTENT = f"{HEADER}\n{ROW}\n".encode()


def refusal(read: Read, content: bytes, *changes: tuple[str, str]) -> str:
    with pytest.raises(Invalid) as caught:
        read(content, *changes)
    return " ".join([caught.value.message, *map(str, caught.value.faults)])


def test_a_cut_off_gzip_file_is_refused(read: Read) -> None:
    packed = gzip.compress(CONTENT * 50)
    assert "is cut off" in refusal(read, packed[: len(packed) // 2])
    assert "is cut off" in refusal(read, packed[:-4])


def test_a_damaged_gzip_file_is_refused(read: Read) -> None:
    packed = bytearray(gzip.compress(CONTENT * 50))
    packed[len(packed) // 2] ^= 0xFF
    assert "damaged" in refusal(read, bytes(packed))


def test_nothing_stays_behind_of_a_file_that_was_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spool"))
    (tmp_path / "spool").mkdir()
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(CONTENT)[:-4])
    with pytest.raises(Invalid), plain_file(path):
        pass
    assert list((tmp_path / "spool").iterdir()) == []


def test_gzip_is_known_by_its_first_bytes(read: Read) -> None:
    assert len(read(gzip.compress(CONTENT)).log) == 1


def test_several_gzip_members_are_one_file(read: Read) -> None:
    second = gzip.compress(b"B,2026-03-02 09:00,2026-03-02 09:01,low,New,,,,,\n")
    assert read(gzip.compress(CONTENT) + second).log.case_ids == ("A", "B")


def test_a_file_that_unpacks_without_end_is_refused(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_file, "MAX_BYTES", 1_000_000)
    with pytest.raises(LimitReached, match="larger than"):
        read(gzip.compress(bytes(50_000_000)))


def test_the_delimiter_that_would_fit_is_named(read: Read) -> None:
    text = refusal(read, CONTENT.replace(b",", b";"))
    assert "are not divided by ','" in text
    assert 'delimiter: ";"' in text


def test_another_delimiter_can_be_stated(read: Read) -> None:
    content = CONTENT.replace(b",", b"\t")
    change = ('{unknown: ["?"]}', '{delimiter: "\\t"}')
    assert len(read(content, change).log) == 1


def test_all_missing_columns_are_named_with_what_is_near(read: Read) -> None:
    text = refusal(read, CONTENT.replace(b"opened", b"Opened_at").replace(b"agent", b"who"))
    assert "There is no column 'opened'. Did you mean 'Opened_at'?" in text
    assert "There is no column 'agent'. It has " in text


def test_a_mapped_column_that_stands_twice_is_refused(read: Read) -> None:
    assert "stands in the header twice" in refusal(read, CONTENT.replace(b"extra", b"state"))


def test_too_many_columns_are_refused(read: Read) -> None:
    wide = ",".join(f"c{place}" for place in range(table.MAX_COLUMNS))
    with pytest.raises(LimitReached, match="columns"):
        read(CONTENT.replace(b"extra", wide.encode()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (HEADER.encode() + b"\n", "a header and no rows"),
        (CONTENT.decode().encode("utf-16"), "encoding: utf-16"),
        (CONTENT.replace(b"low", b"l\xf6w"), "This is not UTF-8 text."),
        (CONTENT + b'A,"2026\n' + CONTENT, "is never closed"),
        (CONTENT + b'A,20"26,\n' + CONTENT, "inside a field that does not begin with one"),
        (b"PAR1" + CONTENT, "is not a sound Parquet file"),
    ],
)
def test_what_is_no_sound_table_is_refused(read: Read, content: bytes, words: str) -> None:
    assert words in refusal(read, content)


def test_the_line_of_a_stray_quotation_mark_is_named(read: Read) -> None:
    assert ":4" in refusal(read, CONTENT + ROW.encode() + b'\nA,20"26,\n')


def test_quotation_marks_may_be_plain_text(read: Read) -> None:
    content = CONTENT.replace(b"low,New,,,", b'low,New,,,19" rack')
    assert read(content, ('{unknown: ["?"]}', "{quote: null}")).log.attributes["account"].names == (
        '19" rack',
    )


def test_other_encodings_can_be_stated(read: Read) -> None:
    content = CONTENT.replace(b"low,New,,,", "low,New,,,Müller".encode("cp1252"))
    change = ('{unknown: ["?"]}', "{encoding: windows-1252}")
    assert read(content, change).log.attributes["account"].names == ("Müller",)


def test_a_workbook_is_refused_with_what_to_do(read: Read) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("sheet.xml", "<x/>")
    assert "save the sheet as CSV" in refusal(read, target.getvalue())


def test_times_of_a_file_without_any_zone_are_refused_as_a_whole(read: Read) -> None:
    text = refusal(read, CONTENT, ("times: {time_zone: UTC}", "times: {}"))
    assert "Write 'time_zone: Europe/Berlin'" in text


def test_a_log_of_which_no_case_can_be_judged_is_refused(read: Read) -> None:
    text = refusal(read, CONTENT.replace(b"low", b""))
    assert "No case of this log can be judged." in text
    assert "A: No row says its severity." in text


def test_a_log_that_goes_on_after_its_stated_end_is_refused(read: Read) -> None:
    change = ("tier: {always: gold}", "tier: {always: gold}\n    as_of: 2026-03-01T00:00:00Z")
    assert "has facts up to 2026-03-02T09:01:00Z" in refusal(read, CONTENT, change)


def test_a_file_that_is_not_there(tmp_path: Path, mapped: Mapped) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        read_log(tmp_path / "nothing.csv", mapped())
