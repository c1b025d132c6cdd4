"""Scores pairs of records with Splink on DuckDB. Nothing is labelled: what true pairs look like is
learned from the records themselves (expectation maximisation), where there are enough of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierline.accounts.evidence import (
    REVIEW_WEIGHT,
    Agreement,
    FieldKind,
    MatchEvidence,
    RecordKey,
)
from tierline.connectors.record_linkage.blocking import rules_for_learning, rules_for_pairs
from tierline.connectors.record_linkage.fields import Fields, prepared
from tierline.connectors.record_linkage.levels import MACROS, comparison, contradictions, words_of
from tierline.kernel.errors import Invalid

if TYPE_CHECKING:
    import duckdb

ENOUGH_TO_LEARN_RECORDS = 500
_SAMPLED_PAIRS = 2e6
_SEED = 7
_BITS = 100  # hundredths
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def score_pairs(
    records: Mapping[RecordKey, Fields],
    kinds: Mapping[str, FieldKind],
    *,
    between_systems_only: bool = False,
    at_least: int = REVIEW_WEIGHT,
) -> list[MatchEvidence]:
    """Pairs of `records` with their evidence, from `at_least` hundredths of a bit on.

    `between_systems_only` says that no system holds anybody twice. Raises Invalid where the extra
    `linkage` is not installed, or a field has a name that a column cannot have.
    """
    if len(records) < 2:
        return []
    _refuse_odd_names(kinds)
    connection = _connection()
    keys = list(records)
    try:
        rows = _scored(connection, _rows(records, kinds), kinds, between_systems_only, at_least)
        return [_evidence(row, keys, list(kinds.items())) for row in rows]
    finally:
        connection.close()


def _rows(
    records: Mapping[RecordKey, Fields], kinds: Mapping[str, FieldKind]
) -> list[dict[str, Any]]:
    return [
        {"unique_id": number, "source_dataset": key[0], **prepared(fields, kinds)}
        for number, (key, fields) in enumerate(records.items())
    ]


def _connection() -> duckdb.DuckDBPyConnection:
    try:
        import duckdb  # noqa: PLC0415 - an extra, and slow to load
        import pyarrow  # noqa: PLC0415, F401 - as above
        import splink  # noqa: PLC0415, F401 - as above
    except ImportError:
        raise Invalid(
            "Matching records needs the extra `linkage`: pip install 'tierline[linkage]'.",
            code="no_linkage",
        ) from None
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    for macro in MACROS:
        connection.execute(macro)
    return connection


def _scored(
    connection: duckdb.DuckDBPyConnection,
    rows: list[dict[str, Any]],
    kinds: Mapping[str, FieldKind],
    between_systems_only: bool,
    at_least: int,
) -> list[tuple[Any, ...]]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415 - an extra

    learned = len(rows) >= ENOUGH_TO_LEARN_RECORDS
    rules: list[Any] = [
        block_on(*columns) if columns else "1=1" for columns in rules_for_pairs(kinds, len(rows))
    ]
    settings = SettingsCreator(
        link_type="link_only" if between_systems_only else "dedupe_only",
        comparisons=[comparison(field, kind, learned=learned) for field, kind in kinds.items()],
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=1 / len(rows),
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
    linker = Linker(
        _tables(DuckDBAPI(connection), rows, kinds, between_systems_only),
        settings,
        log_level=logging.ERROR,
    )
    if learned:
        linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
        for column in rules_for_learning(kinds):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(column), estimate_without_term_frequencies=True
            )
    scored = linker.inference.predict(threshold_match_weight=at_least / _BITS)
    present = set(scored.as_duckdbpyrelation().columns)
    chosen = ", ".join(_column_of(field, present) for field in kinds)
    return connection.sql(
        f'SELECT unique_id_l, unique_id_r, match_weight, {chosen} FROM "{scored.physical_name}"'  # noqa: S608 - names that were checked
    ).fetchall()


def _column_of(field: str, present: set[str]) -> str:
    frequent = f"mw_tf_adj_{field}"
    weight = f"mw_{field} + {frequent}" if frequent in present else f"mw_{field}"
    return f"gamma_{field}, {weight}"


def _tables(
    api: Any, rows: list[dict[str, Any]], kinds: Mapping[str, FieldKind], by_system: bool
) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    columns: dict[str, Any] = {"unique_id": pa.int64(), "source_dataset": pa.string()}
    for name in prepared({}, kinds):
        columns[name] = pa.list_(pa.string()) if name.endswith("_words") else pa.string()
    schema = pa.schema(list(columns.items()))
    if not by_system:
        plain = pa.schema([each for each in schema if each.name != "source_dataset"])
        return api.register(pa.Table.from_pylist(rows, schema=plain))
    return [
        api.register(
            pa.Table.from_pylist(
                [row for row in rows if row["source_dataset"] == system], schema=schema
            ),
            dataset_display_name=f"system_{number}",
        )
        for number, system in enumerate(sorted({row["source_dataset"] for row in rows}))
    ]


def _evidence(
    row: tuple[Any, ...], keys: Sequence[RecordKey], kinds: list[tuple[str, FieldKind]]
) -> MatchEvidence:
    levels = [(field, kind, int(row[3 + 2 * place])) for place, (field, kind) in enumerate(kinds)]
    first, second = sorted((keys[row[0]], keys[row[1]]))
    return MatchEvidence(
        first,
        second,
        round(row[2] * _BITS),
        tuple(
            Agreement(field, words_of(kind, level), round(row[4 + 2 * place] * _BITS))
            for place, (field, kind, level) in enumerate(levels)
            if level >= 0
        ),
        contradictions(levels),
    )


def _refuse_odd_names(kinds: Mapping[str, FieldKind]) -> None:
    for field in kinds:
        if not _FIELD_NAME.fullmatch(field):
            raise Invalid(f"'{field}' is no name for a field.", code="bad_field")
