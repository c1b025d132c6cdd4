"""How long does one answer take, in the process, with 100,000 accounts and 64 features?

Features that are given or not, counted features with their explanation (a sentence with what is
used, what is left, when it resets and what it costs), and the same 64 features in
`flagsmith-flag-engine`, in the process and without segments. That engine has one call, which
evaluates the whole environment; the ratio with the environment cut down to the one feature asked
for, and with all 64 asked of us, is printed as well.

    python benchmarks/entitlement_check.py

Figures are of batches, with the same loop around nothing subtracted. p99 is over the batches. Exit
code 1 where a ceiling or the floor is missed.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from flag_engine.engine import get_evaluation_result

from tierline.accounts.contract import Contract, PlanPhase
from tierline.accounts.signed_terms import SignedTerms, terms_signed
from tierline.calendars.local_time import resolve_local
from tierline.catalog.catalog import Catalog
from tierline.entitlements.check import check
from tierline.entitlements.decision import Counter, Outcome
from tierline.entitlements.ruleset import Ruleset, with_contracts
from tierline.entitlements.sentence import sentence_of
from tierline.kernel.instants import to_micros

ROUNDS, ENGINE_BATCH = 5, 20
ACCOUNTS, FEATURES, BATCH, BATCHES = 100_000, 64, 1_000, 100
STATIC_CEILING_US, COUNTED_CEILING_US, FLOOR = 0.5, 3.0, 20
ZONES = ("UTC", "Europe/Berlin", "America/Chicago", "Asia/Singapore")
AT = to_micros(datetime(2025, 6, 15, 12, tzinfo=UTC))
HOUR = 3_600_000_000


def catalog() -> Catalog:
    """Three tiers with 64 features: half are given or not, half are counted each month."""
    features = {f"feature_{n}": {"name": f"F{n}", "axis": "outcome"} for n in range(FEATURES)}
    at_limit = {"behaviour": "overage", "overage_amount": "1.50", "cap_amount": "900"}
    tiers = {
        tier: {
            "name": tier,
            "terms": {
                f"feature_{n}": {"kind": "included", "included": n % 6 != 0}
                if n % 2 == 0
                else {
                    "kind": "quantity",
                    "limit": limit,
                    "unit": "call",
                    "per": "month",
                    "at_limit": at_limit,
                }
                for n in range(FEATURES)
            },
        }
        for tier, limit in (("basic", 100), ("plus", 1_000), ("top", 10_000))
    }
    return Catalog.model_validate(
        {
            "format": "tierline/catalog/1",
            "catalog": "benchmark",
            "version": "2025-01-01",
            "company": "Benchmark",
            "features": features,
            "tiers": tiers,
        }
    )


def contract(number: int, plans: Sequence[SignedTerms]) -> Contract:
    zone = ZONES[number % len(ZONES)]
    signed = date(2025, 1, 1) + timedelta(days=number % 160)
    start = to_micros(resolve_local(signed, 0, ZoneInfo(zone)))
    return Contract(
        id=f"contract_{number}",
        account=f"account_{number}",
        plans=(PlanPhase(terms=plans[number % len(plans)], start=start),),
        start=start,
        end=start + 365 * 24 * HOUR,
        time_zone=zone,
    )


def timed(
    run: Callable[[int], object], empty: Callable[[int], object], size: int = BATCH
) -> tuple[float, float]:
    """Microseconds for one answer: the median and the 99th percentile over batches, of the
    quietest of some rounds (the machine is shared)."""
    gc.collect()
    gc.disable()
    rounds = [_round(run, empty, size) for _ in range(ROUNDS)]
    gc.enable()
    return min(rounds)


def _round(
    run: Callable[[int], object], empty: Callable[[int], object], size: int
) -> tuple[float, float]:
    taken = []
    for batch in range(BATCHES):
        started = time.perf_counter_ns()
        empty(batch)
        between = time.perf_counter_ns()
        run(batch)
        taken.append((time.perf_counter_ns() - between) - (between - started))
    each = np.array(taken) / size / 1_000
    return float(np.percentile(each, 50)), float(np.percentile(each, 99))


def shown(name: str, figures: tuple[float, float]) -> None:
    print(f"{name:<44} p50 {figures[0]:7.3f} us   p99 {figures[1]:7.3f} us")


def main() -> int:
    plans = [terms_signed(catalog(), tier) for tier in ("basic", "plus", "top")]
    before, started = _peak_mb(), time.perf_counter()
    held = {f"account_{number}": [contract(number, plans)] for number in range(ACCOUNTS)}
    ruleset = with_contracts(Ruleset(), held)
    seconds = time.perf_counter() - started
    print(
        f"{ACCOUNTS:,} accounts x {FEATURES} features compiled in {seconds:.1f} s, "
        f"{_peak_mb() - before:,.0f} MB with their contracts, "
        f"{len(ruleset.plans)} plans shared; batches of {BATCH:,}, the quietest of {ROUNDS} rounds"
    )
    gc.freeze()
    warm, cold = questions(ruleset)
    static, counted = static_figures(ruleset, warm), counted_figures(ruleset, warm)
    shown("given or not", static)
    shown("counted, with its explanation", counted)
    print("the same with other accounts in each batch, so that no cache holds them:")
    shown("one dictionary lookup of the account", bare_figures(ruleset, cold))
    shown("given or not", static_figures(ruleset, cold))
    shown("counted, with its explanation", counted_figures(ruleset, cold))
    whole, one = flagsmith_figures()
    shown("flagsmith-flag-engine, its one call", whole)
    shown("flagsmith-flag-engine, cut to one feature", one)
    print(f"all 64 at once: {64 * static[0]:.1f} us, the engine's call {whole[0]:.1f} us")
    print(f"against the engine cut to one feature: {one[0] / static[0]:.1f} times as fast")
    return verdict(static[0], counted[0], whole[0] / static[0])


Asked = list[list[str]]


def questions(ruleset: Ruleset) -> tuple[Asked, Asked]:
    """Who asks in each batch: the same 1,000 accounts scattered over all, and others each time."""
    random = np.random.default_rng(7)
    known = list(ruleset.accounts)
    rows = [[known[n] for n in random.integers(0, ACCOUNTS, BATCH)] for _ in range(BATCHES)]
    return [rows[0]] * BATCHES, rows


def bare_figures(ruleset: Ruleset, asked: Asked) -> tuple[float, float]:
    """One lookup of the account in a dictionary and nothing else: what memory alone costs."""
    accounts = ruleset.accounts

    def run(batch: int) -> None:
        for account in asked[batch]:
            accounts[account]

    return timed(run, empty_of(asked))


def static_figures(ruleset: Ruleset, asked: Asked) -> tuple[float, float]:
    def run(batch: int) -> None:
        for account in asked[batch]:
            check(ruleset, account, "feature_2", at=AT)

    return timed(run, empty_of(asked))


def counted_figures(ruleset: Ruleset, asked: Asked) -> tuple[float, float]:
    """The sentence says what is used, what is left, when it resets, the charge and the cap."""
    counters = {"feature_3": Counter(150)}

    def run(batch: int) -> None:
        for account in asked[batch]:
            sentence_of(check(ruleset, account, "feature_3", at=AT, counters=counters))

    outcomes = {
        check(ruleset, account, "feature_3", at=AT, counters=counters).outcome
        for account in asked[0]
    }
    if outcomes != {Outcome.allow, Outcome.allow_with_overage}:
        raise SystemExit(f"the questions give {outcomes}, which measures something else")
    return timed(run, empty_of(asked))


def empty_of(asked: Asked) -> Callable[[int], None]:
    def empty(batch: int) -> None:
        for _ in asked[batch]:
            pass

    return empty


def flagsmith_figures() -> tuple[tuple[float, float], tuple[float, float]]:
    features = {
        f"feature_{n}": {
            "key": str(n),
            "name": f"feature_{n}",
            "enabled": n % 6 != 0,
            "value": None if n % 2 == 0 else 100,
        }
        for n in range(FEATURES)
    }
    identity = {"identifier": "account_1", "key": "benchmark_account_1", "traits": {}}
    whole = {
        "environment": {"key": "benchmark", "name": "benchmark"},
        "identity": identity,
        "features": features,
        "segments": {},
    }
    one = {**whole, "features": {"feature_2": features["feature_2"]}}
    return _engine(whole), _engine(one)


def _engine(context: dict[str, object]) -> tuple[float, float]:
    def run(_: int) -> None:
        for _ in range(ENGINE_BATCH):
            get_evaluation_result(context)  # type: ignore[arg-type]  # a typed dictionary of theirs

    def empty(_: int) -> None:
        for _ in range(ENGINE_BATCH):
            pass

    return timed(run, empty, ENGINE_BATCH)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def verdict(static: float, counted: float, ratio: float) -> int:
    checks = (
        (
            static <= STATIC_CEILING_US,
            f"given or not: {static:.3f} us (at most {STATIC_CEILING_US})",
        ),
        (
            counted <= COUNTED_CEILING_US,
            f"counted, explained: {counted:.3f} us (at most {COUNTED_CEILING_US})",
        ),
        (
            ratio >= FLOOR,
            f"against flagsmith-flag-engine: {ratio:,.0f} times as fast (floor {FLOOR})",
        ),
    )
    for kept, text in checks:
        print("PASS" if kept else "FAIL", text)
    return 0 if all(kept for kept, _ in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
