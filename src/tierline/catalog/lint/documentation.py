"""The rule pack as text: the part of docs/lint-rules.md that a test holds equal to the code."""

from __future__ import annotations

import sys
from pathlib import Path

from tierline.catalog.lint.rule_pack import FAMILIES, all_rules
from tierline.catalog.lint.rules import RULE_PACK, Rule
from tierline.kernel.errors import Invalid

BEGIN = "<!-- rules: begin -->"
END = "<!-- rules: end -->"


def rules_as_text() -> str:
    """All rules by family, as Markdown."""
    rules = all_rules()
    lines = [f"Rule pack {RULE_PACK}: {len(rules)} rules.", ""]
    for family in FAMILIES:
        lines += [f"## {family.name}", ""]
        for rule in family.rules.values():
            lines += _entry(rule)
    return "\n".join(lines).rstrip() + "\n"


def with_rules(document: str) -> str:
    """A document with the part between its two marks written anew."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Invalid(f"The document has no '{BEGIN}' and '{END}'.", code="no_marks")
    return f"{before}{BEGIN}\n{rules_as_text()}{END}{after}"


def _entry(rule: Rule) -> list[str]:
    return [
        f"### `{rule.id}` ({rule.level.value})",
        "",
        rule.summary,
        "",
        f"*Why:* {rule.why}",
        "",
        f"*Example:* {rule.example}",
        "",
    ]


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_rules(path.read_text("utf-8")), "utf-8")
