"""The choice pack as its readers see it: one view, from which page, paper and workbook are made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.catalog.statement import Axis
from tierline.kernel.money import Money
from tierline.languages.choice import first_language
from tierline.languages.language import ENGLISH, Language, message
from tierline.scorecards.term_cost import COMMITMENT, PLAN
from tierline.web.pages import render

if TYPE_CHECKING:
    from tierline.catalog.grid_document import Cell as GridCell
    from tierline.catalog.grid_document import Row as GridRow
    from tierline.scorecards.choice_pack import PackOption, PackTotal, SignedPack

_NOTHING = "–"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one of the tiers has in a row."""

    lines: tuple[str, ...]
    small: tuple[str, ...] = ()
    """What is said of it in small."""
    amount: str | None = None
    """Of money: the exact decimal, for a workbook."""

    @property
    def words(self) -> str:
        """All of it as one text, a line each."""
        return "\n".join((*self.lines, *self.small))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that is compared. Without cells it is a heading of those below; a `total` is the
    sum of the rows since the last heading."""

    name: str
    cells: tuple[Cell, ...] = ()
    small: str = ""
    kind: str = "row"


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table of the pack."""

    id: str
    title: str
    note: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class PackView:
    """All that is read, in the pack's own language."""

    title: str
    lead: str
    quantities: str
    names: tuple[str, ...]
    first_head: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    proof_title: str
    proof: tuple[tuple[str, str], ...]
    language: str
    company: str
    currency: str


def pack_view(pack: SignedPack, language: Language | None = None) -> PackView:
    """The pack in tables; `language` is its own, where that is at hand."""
    return _Tables(pack, language or first_language([pack.language])).view()


def pack_html(pack: SignedPack) -> bytes:
    """The pack as one self-contained page without scripts."""
    language = first_language([pack.language])
    return render(
        "choice_pack.html", language=language, view=pack_view(pack), places=(), form=None
    ).encode()


def pack_json(pack: SignedPack) -> bytes:
    """The pack in `tierline/choice-pack/1`."""
    return (pack.model_dump_json(indent=2) + "\n").encode()


def pack_for_paper(pack: SignedPack) -> str:
    """The view as JSON."""
    return json.dumps(asdict(pack_view(pack)))


class _Tables:
    """What a pack says, table by table."""

    def __init__(self, pack: SignedPack, language: Language = ENGLISH) -> None:
        self._pack, self._options, self._language = pack, pack.options, language
        self.phrase = language.phrase

    def view(self) -> PackView:
        pack, phrase = self._pack, self.phrase
        names = tuple(each.column.name for each in self._options)
        whose = pack.product or pack.company
        title = phrase("%(names)s compared", names=self._language.joined(names))
        return PackView(
            title=f"{whose}: {title}",
            lead=self._lead(),
            quantities=self._quantities(),
            names=names,
            first_head=phrase("What is compared"),
            sections=tuple(each for each in self._sections() if each.rows),
            notes=tuple(self._notes()),
            proof_title=phrase("What it is known by"),
            proof=tuple(self._proof()),
            language=self._language.tag,
            company=pack.company,
            currency=pack.currency,
        )

    def _day(self, text: str) -> str:
        return self._language.day(date.fromisoformat(text))

    def _lead(self) -> str:
        pack = self._pack
        if pack.account_name:
            words = message("Drawn up for %(account)s on %(day)s by %(company)s.")
        else:
            words = message("Drawn up on %(day)s by %(company)s.")
        return self.phrase(
            words, account=pack.account_name, day=self._day(pack.on), company=pack.company
        ) + self.phrase(
            " Prices and promises are those of the catalog %(catalog)s, version %(version)s, in "
            "%(currency)s.",
            catalog=pack.catalog,
            version=pack.version,
            currency=pack.currency,
        )

    def _quantities(self) -> str:
        listed = [f"{each.name} ({each.words})" for each in self._pack.quantities]
        if not listed:
            return self.phrase("No quantity was stated: totals are for the plan alone.")
        return self.phrase(
            "Totals are for: %(quantities)s.", quantities=self._language.joined(listed)
        )

    def _sections(self) -> Iterator[Section]:
        yield Section(
            id="short",
            title=self.phrase("In short"),
            note="",
            rows=tuple(self._short()),
        )
        yield Section(
            id="cost",
            title=self.phrase("What it costs"),
            note=self.phrase(
                "List prices of the catalog, before taxes. What the catalog has no price for is on "
                "request, and in no sum. A commitment counts in the term that is as long as it is."
            ),
            rows=tuple(self._cost()),
        )
        yield Section(
            id="outcomes",
            title=self.phrase("Outcomes"),
            note=self.phrase(
                "Each clock on one case. A commitment is paid back where it is missed; the others "
                "are targets that are measured and shown."
            ),
            rows=(*self._targets(), *self._terms(is_risk=False)),
        )
        yield Section(
            id="risk",
            title=self.phrase("Who bears the risk"),
            note="",
            rows=(*self._remedies(), *self._terms(is_risk=True)),
        )
        yield Section(
            id="excluded",
            title=self.phrase("What is not included"),
            note="",
            rows=tuple(self._excluded()),
        )
        yield Section(
            id="terms",
            title=self.phrase("Terms"),
            note=" ".join(self._pack.billing),
            rows=tuple(self._conditions()),
        )
        yield Section(
            id="add-ons",
            title=self.phrase("Sold on top"),
            note=self.phrase("List prices; in no sum above."),
            rows=tuple(self._add_ons()),
        )

    def _row(self, name: str, told: Callable[[PackOption], Iterable[str]]) -> Iterator[Row]:
        """A row of texts; none where no tier has any."""
        cells = tuple(Cell(lines=tuple(told(each)) or (_NOTHING,)) for each in self._options)
        if any(each.lines != (_NOTHING,) for each in cells):
            yield Row(name=name, cells=cells)

    def _short(self) -> Iterator[Row]:
        phrase = self.phrase
        yield from self._row(phrase("For whom"), lambda each: _said(each.column.lead_line))
        yield from self._row(phrase("Price"), lambda each: _said(each.column.price.words))
        yield from self._row(
            phrase("What you get"), lambda each: [one.name for one in each.column.headlines]
        )
        yield from self._row(phrase("When we work on cases"), lambda each: each.column.coverage)
        yield from self._row(phrase("How promises were kept"), self._kept)

    def _kept(self, option: PackOption) -> Iterator[str]:
        kept = option.kept
        if kept is None:
            return
        # Down: who missed one of ten thousand has not met all of them.
        share = self._language.percent(Decimal(1000 * kept.met // kept.of) / 10, 1)
        first, last = (
            self._language.month(date.fromisoformat(f"{each}-01"))
            for each in (kept.first, kept.last)
        )
        yield self.phrase(
            "%(share)s of %(number)s promised times were met, from %(first)s to %(last)s",
            share=share,
            number=self._language.number(kept.of),
            first=first,
            last=last,
        )

    def _cost(self) -> Iterator[Row]:
        for place, first in enumerate(self._options[0].totals):
            months = self._language.phrase_of("%(number)s month", "%(number)s months", first.months)
            yield Row(name=months, kind="heading")
            totals = [each.totals[place] for each in self._options]
            keys = {line.key for total in totals for line in total.lines}
            for key in (PLAN, COMMITMENT, *(each.key for each in self._pack.quantities)):
                if key in keys:
                    yield self._cost_row(key, totals)
            cells = tuple(self._total_cell(each) for each in totals)
            yield Row(
                name=self.phrase("Total over %(months)s", months=months), cells=cells, kind="total"
            )

    def _cost_row(self, key: str, totals: list[PackTotal]) -> Row:
        lines = [next((one for one in each.lines if one.key == key), None) for each in totals]
        name = next(line.name for line in lines if line is not None)
        cells = tuple(
            Cell(lines=(_NOTHING,))
            if line is None
            else Cell(
                lines=(line.amount,),
                small=_said(line.how),
                amount=self._amount(line.amount_minor),
            )
            for line in lines
        )
        return Row(name=self.phrase("Plan") if key == PLAN else name, cells=cells)

    def _total_cell(self, total: PackTotal) -> Cell:
        return Cell(lines=(total.total,), amount=self._amount(total.total_minor))

    def _amount(self, minor: int | None) -> str | None:
        return None if minor is None else str(Money(minor, self._pack.currency).amount())

    def _targets(self) -> Iterator[Row]:
        for severity in self._pack.targets:
            yield Row(name=severity.name, small=severity.means, kind="heading")
            yield from (self._of_grid(row) for row in severity.rows)

    def _terms(self, *, is_risk: bool) -> Iterator[Row]:
        for terms in self._pack.terms:
            if (terms.axis is Axis.risk_transfer) is is_risk:
                name = f"{terms.axis_name}: {terms.name}" if terms.name else terms.axis_name
                yield Row(name=name, kind="heading")
                yield from (self._of_grid(row) for row in terms.rows)

    def _of_grid(self, row: GridRow) -> Row:
        cells = tuple(
            Cell(lines=(each.words,), small=tuple(self._beside(each))) for each in row.cells
        )
        return Row(name=row.name, small=row.description, cells=cells)

    def _beside(self, cell: GridCell) -> Iterator[str]:
        if cell.is_commitment:
            yield self.phrase("Commitment")
        if cell.remedy:
            yield cell.remedy
        if cell.add_ons:
            names = self._language.joined(cell.add_ons)
            yield self.phrase("With add-on: %(names)s", names=names)

    def _remedies(self) -> Iterator[Row]:
        none = self.phrase("No remedy is agreed: targets are measured and shown.")

        def owed(option: PackOption) -> Iterator[str]:
            for each in option.column.remedies:
                yield f"{each.name}: {each.words}"
            if not option.column.remedies:
                yield none

        yield from self._row(self.phrase("What we owe for a miss"), owed)

    def _excluded(self) -> Iterator[Row]:
        def stated(option: PackOption) -> Iterator[str]:
            for each in option.column.exclusions:
                instead = self.phrase("Instead: %(what)s", what=each.alternative)
                yield f"{each.text}. {instead}."

        yield from self._row(self.phrase("Stated exclusions"), stated)
        yield from self._row(
            self.phrase("Given by other plans or add-ons, and not by this"),
            lambda each: _said(", ".join(each.not_given)),
        )

    def _conditions(self) -> Iterator[Row]:
        phrase = self.phrase
        yield from self._row(phrase("Commitments"), lambda each: each.column.commitments)
        yield from self._row(phrase("Who may hold it"), lambda each: each.column.who_may_hold_it)
        yield from self._row(
            phrase("Who is told when time runs out"),
            lambda each: [f"{one.label}: {one.words}" for one in each.column.escalation],
        )
        yield from self._row(phrase("Note"), lambda each: _said(each.column.note))

    def _add_ons(self) -> Iterator[Row]:
        for add_on in self._pack.add_ons:
            cells = tuple(
                Cell(lines=(add_on.price if each.column.key in add_on.tiers else _NOTHING,))
                for each in self._options
            )
            yield Row(name=add_on.name, cells=cells)

    def _notes(self) -> Iterator[str]:
        if self._pack.account_name:
            yield self.phrase(
                "What is agreed with %(account)s stands in its contracts, and may differ from "
                "these list prices.",
                account=self._pack.account_name,
            )
        if any(each.kept for each in self._options):
            yield self.phrase(
                "How promises were kept is what had been published before this day: months that "
                "rest on too few cases or customers are left out, and what was corrected since is "
                "not in it."
            )
        else:
            yield self.phrase("How promises were kept had not been published before this day.")

    def _proof(self) -> Iterator[tuple[str, str]]:
        pack, phrase = self._pack, self.phrase
        yield phrase("Day"), pack.on
        yield (
            phrase("Catalog"),
            phrase("%(catalog)s, version %(version)s", catalog=pack.catalog, version=pack.version),
        )
        yield phrase("Digest of the catalog"), pack.digest
        yield phrase("Digest of this pack"), pack.pack_digest
        yield phrase("Public key"), pack.signature.public_key
        yield phrase("Signature"), pack.signature.value


def _said(words: str) -> tuple[str, ...]:
    return (words,) if words else ()
