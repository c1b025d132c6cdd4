"""Full-text search in the words of each database: FTS5 in SQLite, `tsvector` in PostgreSQL.

Each keeps an index of the plain table `search_document`, which is changed in the transaction that
changes the table: by statements and not by triggers, because a file's schema is not trusted to use
FTS5. Both are given folded words, and split at blanks only. What a question becomes holds letters
and digits in quotation marks and nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tierline.knowledge.question import Phrase, Question

INDEX = "search_index"
_IN_A_FILE = (
    "DROP TABLE IF EXISTS search_index",
    """CREATE VIRTUAL TABLE search_index USING fts5(scope, title, words, notes,
    content='search_document', content_rowid='number', tokenize='ascii', prefix='2 3')""",
)
_ON_A_SERVER = (
    "DROP TABLE IF EXISTS search_index",
    "CREATE TABLE search_index (number BIGINT PRIMARY KEY, terms TSVECTOR NOT NULL)",
    """CREATE INDEX search_index_terms ON search_index USING gin (terms)
    WITH (gin_pending_list_limit = 256)""",
)
_PARTS_ON_A_SERVER = (("title", "A", 1), ("words", "B", 401), ("notes", "D", 8402),
                      ("scope", "C", 16383))  # fmt: skip
"""Each with its weight and the place of its first word. Between two parts a place stays free, so
that no phrase reaches from one into the other."""
_LAST_PLACE, _LONGEST_WORD = 16_383, 999
"""What a `tsvector` holds of a word: all are of letters and digits, and the long ones of ASCII."""
_FOUND_IN_A_FILE = sa.text(
    """SELECT document.kind, document.record_id FROM (
        SELECT number, score FROM (
            SELECT rowid AS number, bm25(search_index, 0.0, 4.0, 1.0, 1.0) AS score
            FROM search_index WHERE search_index MATCH :asked
            ORDER BY rowid DESC LIMIT :candidates)
        ORDER BY score, number DESC LIMIT :most OFFSET :start) AS best
    JOIN search_document AS document ON document.number = best.number
    ORDER BY best.score, best.number DESC"""
)
_FOUND_ON_A_SERVER = sa.text(
    """SELECT document.kind, document.record_id FROM (
        SELECT number, score FROM (
        SELECT number, - ts_rank('{0.25, 0, 0.25, 1}', terms, CAST(:ranked AS tsquery), 1) AS score
        FROM (
            SELECT number, terms FROM search_index WHERE terms @@ CAST(:asked AS tsquery)
            ORDER BY number DESC LIMIT :candidates) AS candidate) AS judged
        ORDER BY score, number DESC LIMIT :most OFFSET :start) AS best
    JOIN search_document AS document ON document.number = best.number
    ORDER BY best.score, best.number DESC"""
)
_EACH_IN_A_FILE = (
    "SELECT rowid AS number FROM search_index WHERE search_index MATCH :asked_{number} "
    "ORDER BY rowid DESC LIMIT :up_to"
)
_EACH_ON_A_SERVER = (
    "SELECT number FROM search_index WHERE terms @@ CAST(:asked_{number} AS tsquery) "
    "ORDER BY number DESC LIMIT :up_to"
)
_SOME_ON_A_SERVER = (
    "SELECT number FROM search_index WHERE terms @@ CAST(:asked_{number} AS tsquery) LIMIT :up_to"
)
_ALL_IN_A_FILE = "SELECT rowid AS number FROM search_index WHERE search_index MATCH :asked_{number}"
_ALL_ON_A_SERVER = "SELECT number FROM search_index WHERE terms @@ CAST(:asked_{number} AS tsquery)"
_COUNT = (
    "SELECT CAST(:word_{number} AS TEXT) AS word, count(*) AS documents "
    "FROM ({each}) AS documents_{number}"
)
_WEIGHT = (
    "SELECT number, CAST(:weight_{number} AS BIGINT) AS weight FROM ({each}) AS documents_{number}"
)
_SHARING = (
    "SELECT number FROM ({parts}) AS shared GROUP BY number "
    "ORDER BY sum(weight) DESC, number DESC LIMIT :most"
)
_TAKE_FROM_A_FILE = sa.text(
    """INSERT INTO search_index (search_index, rowid, scope, title, words, notes)
    SELECT 'delete', number, scope, title, words, notes FROM search_document
    WHERE number = :its_key"""
)
_PUT_INTO_A_FILE = sa.text(
    """INSERT INTO search_index (rowid, scope, title, words, notes)
    SELECT number, scope, title, words, notes FROM search_document WHERE number = :its_key"""
)
_TAKE_FROM_A_SERVER = sa.text("DELETE FROM search_index WHERE number = :its_key")
_PUT_ON_A_SERVER = sa.text(
    """INSERT INTO search_index VALUES (:its_key, CAST(:terms AS TSVECTOR))
    ON CONFLICT (number) DO UPDATE SET terms = excluded.terms"""
)
_AGAIN_IN_A_FILE = (sa.text("INSERT INTO search_index (search_index) VALUES ('rebuild')"),)
_EMPTY_ON_A_SERVER = (sa.text("DELETE FROM search_index"),)
_ORDER_IN_A_FILE = sa.text("INSERT INTO search_index (search_index) VALUES ('optimize')")


def make_search_index(connection: sa.Connection) -> None:
    """The index of `search_document`, which is empty."""
    is_server = connection.dialect.name == "postgresql"
    for statement in _ON_A_SERVER if is_server else _IN_A_FILE:
        connection.exec_driver_sql(statement)


def drop_search_functions(connection: sa.Connection) -> None:
    """Take away what a server made terms with before it was given them."""
    if connection.dialect.name == "postgresql":
        for function in (
            "search_terms(TEXT, TEXT, TEXT, TEXT)",
            "search_part(TEXT, TEXT, INTEGER)",
        ):
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}")


def is_of_the_index(name: str) -> bool:
    """Whether a table is one that a database keeps for its index, and no table of the product."""
    return name == INDEX or name.startswith(f"{INDEX}_")


def found(
    family: str, question: Question, scopes: Iterable[Collection[str]], *, among_us: bool,
    candidates: int, most: int, start: int,
) -> tuple[sa.TextClause, dict[str, Any]]:  # fmt: skip
    """The statement, and its values, that gives `kind` and `record_id`, the best first, of
    documents that hold all that is asked, with at least one word of each of the scopes: those of
    the highest numbers, so many, by how well they fit."""
    asked = _asked(family, question.phrases, scopes, among_us=among_us)
    values = {"asked": asked, "candidates": candidates, "most": most, "start": start}
    if family == "postgresql":
        ranked = _ranked(question.phrases, among_us=among_us)
        return _FOUND_ON_A_SERVER, values | {"ranked": ranked}
    return _FOUND_IN_A_FILE, values


def held(
    family: str, words: Mapping[str, float], scopes: Sequence[Collection[str]], *, among_us: bool,
    up_to: int,
) -> sa.TextClause:  # fmt: skip
    """For each of the words `word` and `documents`: how many within the scopes hold it, counted up
    to a limit. Which of them are counted is all the same, so that none are sorted for it."""
    each = _SOME_ON_A_SERVER if family == "postgresql" else _EACH_IN_A_FILE
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, word in enumerate(words):
        parts.append(_COUNT.format(number=number, each=each.format(number=number)))
        asked = _asked(family, [Phrase((word,))], scopes, among_us=among_us)
        values |= {f"word_{number}": word, f"asked_{number}": asked}
    return sa.text(" UNION ALL ".join(parts)).bindparams(**values, up_to=up_to)


def holding(
    family: str, words: Sequence[str], scopes: Sequence[Collection[str]], *, number: int
) -> sa.TextClause:
    """The `number` of every document within the scopes that holds all of the words in public, to be
    joined and limited; a statement that joins several gives each a number."""
    every = _ALL_ON_A_SERVER if family == "postgresql" else _ALL_IN_A_FILE
    asked = _asked(family, [Phrase((word,)) for word in words], scopes, among_us=False)
    return sa.text(every.format(number=number)).bindparams(**{f"asked_{number}": asked})


def sharing(
    family: str, words: Mapping[str, float], scopes: Sequence[Collection[str]], *, among_us: bool,
    up_to: int, most: int, rare: Collection[str] = (),
) -> sa.TextClause:  # fmt: skip
    """The `number` of documents within the scopes that share the most of the words, by weight; of
    each word the newest are looked at, up to a limit. The `rare` ones, which fewer hold than that,
    are not put in order: a server would read its index from the end for it, for far too long."""
    newest, some = _EACH_ON_A_SERVER, _SOME_ON_A_SERVER
    if family != "postgresql":
        newest = some = _EACH_IN_A_FILE
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, (word, weight) in enumerate(words.items()):
        each = some if word in rare else newest
        parts.append(_WEIGHT.format(number=number, each=each.format(number=number)))
        asked = _asked(family, [Phrase((word,))], scopes, among_us=among_us)
        values |= {f"weight_{number}": round(weight * 1_000_000), f"asked_{number}": asked}
    joined = _SHARING.format(parts=" UNION ALL ".join(parts))
    return sa.text(joined).bindparams(**values, up_to=up_to, most=most)


def _asked(
    family: str, phrases: Sequence[Phrase], scopes: Iterable[Collection[str]], *, among_us: bool
) -> str:
    """A question in the words of the database."""
    if family == "postgresql":
        within = [f"({' | '.join(_lexeme(word, 'C') for word in each)})" for each in scopes]
        return " & ".join([f"({_ranked(phrases, among_us=among_us)})", *within])
    parts = "{title words notes}" if among_us else "{title words}"
    asked = [f"{parts} : ({' AND '.join(_for_file(each) for each in phrases)})"]
    asked += [f"scope : ({' OR '.join(_quoted(word) for word in each)})" for each in scopes]
    return " AND ".join(asked)


def _ranked(phrases: Sequence[Phrase], *, among_us: bool) -> str:
    weights = "ABD" if among_us else "AB"
    return " & ".join(_for_server(each, weights) for each in phrases)


def taken_out(family: str) -> sa.TextClause:
    """The statement that takes the document of a key out of the index, before it is changed."""
    return _TAKE_FROM_A_SERVER if family == "postgresql" else _TAKE_FROM_A_FILE


def is_taken_out_first(family: str) -> bool:
    """Whether a document is taken out before it is changed; else putting it in replaces it."""
    return family != "postgresql"


def put_in(family: str) -> sa.TextClause:
    """The statement that puts a document into the index, once it is written."""
    return _PUT_ON_A_SERVER if family == "postgresql" else _PUT_INTO_A_FILE


def put_in_values(family: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of that statement for a row of `search_document`."""
    if family != "postgresql":
        return {"its_key": row["number"]}
    parts = (_terms(row[part], weight, first) for part, weight, first in _PARTS_ON_A_SERVER)
    return {"its_key": row["number"], "terms": " ".join(parts)}


def _terms(words: str, weight: str, first: int) -> str:
    """Each word with its place and weight, as PostgreSQL reads them: its own parser would split
    some words again."""
    found = (
        f"'{word}':{min(place, _LAST_PLACE)}{weight}"
        for place, word in enumerate(words.split(" "), first)
        if word and len(word) <= _LONGEST_WORD
    )
    return " ".join(found)


def made_again(family: str) -> tuple[sa.TextClause, ...]:
    """Statements that make the index of what stands in `search_document` now, whatever it was,
    or leave it empty (`is_left_empty`)."""
    return _EMPTY_ON_A_SERVER if family == "postgresql" else _AGAIN_IN_A_FILE


def is_left_empty(family: str) -> bool:
    """Whether `made_again` leaves the index empty, so that each document is put in."""
    return family == "postgresql"


def put_in_order(family: str) -> tuple[sa.TextClause, ...]:
    """Statements that take the words of documents that are gone or changed out of a file's index,
    where they stay until then. A server's goes into order with its tables."""
    return () if family == "postgresql" else (_ORDER_IN_A_FILE,)


def _for_file(phrase: Phrase) -> str:
    return _quoted(" ".join(phrase.words)) + (" *" if phrase.is_start else "")


def _quoted(words: str) -> str:
    return f'"{words}"'


def _for_server(phrase: Phrase, weights: str) -> str:
    *before, last = phrase.words
    lexemes = [_lexeme(word, weights) for word in before]
    lexemes.append(_lexeme(last, f"*{weights}" if phrase.is_start else weights))
    return f"({' <-> '.join(lexemes)})"


def _lexeme(word: str, weights: str) -> str:
    return f"'{word}':{weights}"
