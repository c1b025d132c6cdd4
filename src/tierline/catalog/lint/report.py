"""Running the rules: findings in the order of the file, waivers applied, and the count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tierline.catalog.catalog import Catalog
from tierline.catalog.document import Document, path_text, read_document
from tierline.catalog.feature import Waiver
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.finding import Finding, Level, Observation
from tierline.catalog.lint.rule_pack import all_rules
from tierline.catalog.lint.rules import RULE_PACK, Rule
from tierline.catalog.lint.waivers import waiver_for, waivers
from tierline.catalog.load import parse_catalog


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that is excused, and by what."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules found in one catalog on one day."""

    catalog: Catalog
    source: str
    as_of: date
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...]
    rules: dict[str, Rule]
    rule_pack: str = RULE_PACK

    def count(self, level: Level) -> int:
        """Findings of a level that no waiver excuses."""
        return sum(finding.level is level for finding in self.findings)

    def is_blocked(self, *, strict: bool = False) -> bool:
        """Whether the catalog may not be published: an error, or with `strict` a warning."""
        return self.count(Level.error) > 0 or (strict and self.count(Level.warning) > 0)


def lint_file(path: str | Path, *, as_of: date) -> Report:
    """Load a catalog and run all rules. Raises Invalid with every fault, or NotFound."""
    document = read_document(Path(path))
    return lint_catalog(parse_catalog(document), as_of=as_of, document=document)


def lint_catalog(catalog: Catalog, *, as_of: date, document: Document | None = None) -> Report:
    """Run all rules on a catalog; with its document, findings have lines."""
    rules = all_rules()
    context = Context(catalog, as_of, document)
    found = list(_findings(context, [rule for rule in rules.values() if not _on_waivers(rule)]))
    excused = {place: waiver_for(f, catalog.waivers, as_of) for place, f in enumerate(found)}
    used = frozenset(place for place in excused.values() if place is not None)
    about_waivers = _findings(
        replace(context, rule_ids=frozenset(rules), used_waivers=used),
        [rule for rule in rules.values() if _on_waivers(rule)],
    )
    open_ = [finding for place, finding in enumerate(found) if excused[place] is None]
    waived = [
        Waived(finding, catalog.waivers[at])
        for place, finding in enumerate(found)
        if (at := excused[place]) is not None
    ]
    return Report(
        catalog,
        document.source if document else "",
        as_of,
        tuple(sorted([*open_, *about_waivers], key=_order)),
        tuple(waived),
        rules,
    )


def _findings(context: Context, rules: Iterable[Rule]) -> Iterator[Finding]:
    for rule in rules:
        for seen in rule.check(context):
            yield _placed(context, rule, seen)


def _placed(context: Context, rule: Rule, seen: Observation) -> Finding:
    line, column = context.place_of(seen.path)
    return Finding(
        rule=rule.id,
        level=seen.level or rule.level,
        path=path_text(seen.path),
        message=seen.message,
        instead=seen.instead,
        subject=seen.subject,
        about=seen.about,
        amounts=seen.amounts,
        source=context.document.source if context.document else "",
        line=line,
        column=column,
    )


def _on_waivers(rule: Rule) -> bool:
    return rule.id in waivers.rules


def _order(finding: Finding) -> tuple[int, int, str]:
    return finding.line or 0, list(Level).index(finding.level), finding.rule


def values_of(report: Report) -> dict[str, object]:
    """The report as plain values for JSON."""
    return {
        "catalog": report.catalog.catalog,
        "version": report.catalog.version.isoformat(),
        "file": report.source,
        "as_of": report.as_of.isoformat(),
        "rule_pack": report.rule_pack,
        "rules": len(report.rules),
        "counts": {level.value: report.count(level) for level in Level},
        "findings": [finding.to_values() for finding in report.findings],
        "waived": [
            {
                **waived.finding.to_values(),
                "reason": waived.waiver.reason,
                "approved_by": list(waived.waiver.approved_by),
                "expires_on": waived.waiver.expires_on,
            }
            for waived in report.waived
        ],
    }
