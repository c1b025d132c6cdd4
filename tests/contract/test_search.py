"""Search finds the same on both databases, for whom may see it, from when it is written."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import NOW, People

from tierline.actions.articles import publish_article, write_article
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.cases import US, Speaker, resolve, say
from tierline.actions.people import erase_person, personal_data
from tierline.cases.channel import Channel
from tierline.kernel.errors import Conflict
from tierline.knowledge.article import Audience, Wording
from tierline.knowledge.document import EVERYBODY, DocumentKind, Reach, for_account, of_kind
from tierline.knowledge.question import question_of
from tierline.queries.knowledge_report import knowledge_report
from tierline.queries.knowledge_stretch import usual_stretch
from tierline.queries.similar import answering_articles
from tierline.store import dialect_search
from tierline.store.cases import case_table
from tierline.store.records import Reads
from tierline.store.search import search_document_table

ALL = frozenset(DocumentKind)


def opened(people: People, subject: str, text: str, **stated: str | None) -> str:
    told = {"account": people.lattice, **stated}
    order = CaseOrder(channel=Channel.portal, subject=subject, text=text, **told)  # type: ignore[arg-type]  # texts
    return people.do(open_case, order, NOBODY).id


def found(
    people: People, text: str, *, account: str | None = None, kinds: frozenset[DocumentKind] = ALL
) -> list[str]:
    """Records that are found, by us or by an account."""
    reach = Reach(kinds, None if account is None else frozenset({for_account(account)}))
    return [
        each.record
        for each in people.read(
            lambda reads: reads.search.find(question_of(text), reach, most=50, start=0)
        )
    ]


def test_what_is_written_is_found_at_once(people: People) -> None:
    press = opened(people, "Presse à découper", "The Übertragung of line 3 stands still.")
    other = opened(people, "Billing", "Line two: 3 invoices.")
    assert found(people, "PRESSE") == [press]
    assert found(people, "decoup") == [press]
    assert found(people, "ubertrag") == [press]
    assert found(people, "ubertrag x") == []
    assert found(people, '"line 3"') == [press]
    assert set(found(people, "line 3")) == {press, other}
    assert found(people, "nothing like it") == []
    people.do(say, press, "A certificate had expired.", US)
    assert found(people, "certificate line") == [press]
    number = people.read(lambda reads: reads.cases.get(other).number)
    assert found(people, str(number), kinds=frozenset({DocumentKind.case})) == [other]


def test_what_stands_in_the_title_goes_before_what_is_said(people: People) -> None:
    said = opened(people, "Slow", "The certificate. " + "Something else. " * 30)
    titled = opened(people, "Certificate", "It is slow.")
    opened(people, "Slow", "As ever.")
    assert found(people, "certificate") == [titled, said]


def test_documents_are_joined_that_hold_all_the_words_in_public(people: People) -> None:
    expired = opened(people, "Certificate", "It has expired.")
    new = opened(people, "Certificate", "It is new.")
    people.do(say, new, "It has not expired.", US, is_public=False)

    def joined(reads: Reads) -> list[set[str]]:
        numbers = case_table.c.number
        named = (["expired", "certificate"], ["certificate"], ["zebra"])
        holding = [
            reads.search.holding(words, DocumentKind.case, number=number)
            for number, words in enumerate(named)
        ]
        chosen = sa.union_all(
            *(
                sa.select(sa.literal(number).label("place"), case_table.c.id).join(
                    each, each.c.number == numbers
                )
                for number, each in enumerate(holding)
            )
        )
        rows = list(reads.snapshot.execute(chosen))
        return [{row.id for row in rows if row.place == number} for number in range(len(named))]

    assert people.read(joined) == [{expired}, {expired, new}, set()]


def test_of_a_word_that_many_hold_the_newest_are_compared(people: People) -> None:
    cases = [opened(people, "Certificate", f"expired {number}") for number in range(6)]

    def newest(reads: Reads) -> set[str]:
        weights, scopes = {"certificate": 1.0}, [[of_kind(DocumentKind.case)]]
        sharing = dialect_search.sharing(
            reads.snapshot.family, weights, scopes, among_us=True, up_to=2, most=5
        )
        keys = [row.number for row in reads.snapshot.execute(sharing)]
        chosen = sa.select(search_document_table.c.record_id)
        found = reads.snapshot.execute(chosen.where(search_document_table.c.number.in_(keys)))
        return set(found.scalars())

    assert people.read(newest) == set(cases[-2:])


def test_a_phrase_never_reaches_from_one_part_into_the_next(people: People) -> None:
    case = opened(people, "Red", "Green")
    people.do(say, case, "Blue", US, is_public=False)
    for phrase in ('"red green"', '"green blue"', '"blue red"'):
        assert found(people, phrase) == []
    assert found(people, "red green blue") == [case]


def test_an_account_finds_its_own_cases_and_no_note_of_ours(people: People) -> None:
    other = people.account("Other")
    own = opened(people, "Slow press", f"It is slow, says {for_account(other)}.")
    theirs = opened(people, "Slow pump", "It is slow.", account=other)
    opened(people, "Slow of nobody", "It is slow.", account=None)
    people.do(say, own, "They are slow themselves.", US, is_public=False)
    people.do(resolve, own, "Restarted.", "A slow rollback.")
    assert found(people, "slow", account=people.lattice) == [own]
    assert found(people, "slow", account=other) == [theirs]
    assert found(people, "themselves", account=people.lattice) == []
    assert found(people, "rollback", account=people.lattice) == []
    assert len(found(people, "slow")) == 4
    for word in (for_account(other), for_account(people.lattice), "account", "kind"):
        assert set(found(people, word, account=other)) <= {theirs}
    assert found(people, "slow", account="") == []


def test_how_and_why_a_case_was_resolved_is_found_as_a_note(people: People) -> None:
    case = opened(people, "Press stands", "Line 3 stands.")
    people.do(say, case, "Which firmware?", US)
    people.do(resolve, case, "Restarted the gateway.", "A rollback costs a shift.")
    notes = frozenset({DocumentKind.note})
    for words in ("press", "line 3", "gateway", "rollback"):
        assert found(people, words, kinds=notes) == [case]
    assert found(people, "firmware", kinds=notes) == []


def test_what_is_alike_is_told_with_the_words_that_say_so(people: People) -> None:
    twin = opened(people, "Gateway drops the night sync", "Firmware 4 loses its certificate.")
    for number in range(8):
        opened(people, f"Press {number} is slow", "Line three stands since the night.")
    case = opened(people, "Sync at night", "The gateway lost its certificate, and the press waits.")
    reach = Reach(frozenset({DocumentKind.case}), None)
    texts = ["Sync at night", "The gateway lost its certificate, and the press waits."]
    (first, _), (second, alike), *_ = people.read(
        lambda reads: reads.search.alike(texts, reach, most=5)
    )
    assert (first.record, second.record) == (case, twin)
    assert {"gateway", "certificate", "sync"} <= set(alike.why)
    other = Reach(reach.kinds, frozenset({for_account("account_x")}))
    assert people.read(lambda reads: reads.search.alike(texts, other, most=5)) == []
    assert people.read(lambda reads: reads.search.alike(["the and"], reach, most=5)) == []


def test_how_usual_a_word_is_is_read_from_the_newest_cases_without_what_is_among_us(
    people: People,
) -> None:
    opened(people, "Gateway drops", "Firmware 4.")
    case = opened(people, "Press stands", "Line 3 stands.")
    people.do(say, case, "Which rollback?", US, is_public=False)
    (newest,) = people.read(lambda reads: reads.search.newest_cases(1, 2_000))
    assert {"press", "line", "stands"} <= newest
    assert newest.isdisjoint({"rollback", "gateway"})
    (short,) = people.read(lambda reads: reads.search.newest_cases(1, 7))
    assert len(short) <= 2


def test_an_article_that_may_answer_is_found_by_who_may_read_it(people: People) -> None:
    text = "They say so: a line, the press and the night."
    for title, audience in (
        ("Renew a certificate", Audience.us),
        ("Press stands", Audience.public),
    ):
        wording = Wording(title=title, text=text, audience=audience, topics=("tls",))
        article = people.do(write_article, wording)
        people.do(publish_article, article.id)
    for number in range(4):
        opened(people, f"They say that {number} is slow", "Since the night.")
    asked = ["The tls certificate", "They say so since the night."]
    articles = frozenset({DocumentKind.article})
    ours, theirs = Reach(articles, None), Reach(articles, frozenset({EVERYBODY}))
    for reach, titles in (
        (ours, ["Renew a certificate", "Press stands"]),
        (theirs, ["Press stands"]),
        (Reach(articles, frozenset()), []),
    ):
        told = people.read(lambda reads, of=reach: answering_articles(reads.snapshot, asked, of))
        assert [each.title for each in told] == titles
    assert people.read(lambda reads: answering_articles(reads.snapshot, ["They say"], ours)) == []


def test_the_index_made_again_is_the_same(people: People) -> None:
    case = opened(people, "Press stands", "Line 3 stands.")
    opened(people, "Grüße", "東京 stands.")
    people.do(say, case, "Which firmware?", US)
    people.do(say, case, "The old one.", Speaker(is_customer=True))
    people.do(say, case, "A note.", US, is_public=False)
    people.do(resolve, case, "Restarted.", "Why so.")

    def rows() -> object:
        return people.read(
            lambda reads: reads.snapshot.execute(
                search_document_table.select().order_by("number")
            ).all()
        )

    def index() -> object:
        terms = sa.text("SELECT number, CAST(terms AS TEXT) FROM search_index ORDER BY number")
        return people.read(
            lambda reads: (
                reads.snapshot.execute(terms).all()
                if reads.snapshot.family == "postgresql"
                else None
            )
        )

    before, answers, indexed = rows(), found(people, "stands"), index()
    cases = people.read(lambda reads: reads.snapshot.execute(search_document_table.select()).all())
    people.do(lambda records: records.search.remove([row.number for row in cases]))
    assert (found(people, "stands"), rows()) == ([], [])
    people.do(lambda records: records.cases.find_again({row.record_id for row in cases}))
    assert rows() == before
    assert index() == indexed
    people.do(lambda records: records.search.make_again())
    assert (found(people, "stands"), index()) == (answers, indexed)


def test_who_was_erased_is_found_no_more(people: People) -> None:
    ada = people.contact("Ada Quux", email="ada.quux@lattice.example").contact.id
    case = opened(people, "Ada Quux calls", "I wait.", contact=ada)
    people.do(say, case, "Ada Quux called again.", US, is_public=False)
    assert found(people, "quux") == [case]
    people.do(erase_person, ada, now=NOW)
    assert found(people, "quux") == []
    assert "quux" not in str(
        people.read(lambda reads: reads.snapshot.execute(search_document_table.select()).all())
    )


def test_an_article_keeps_the_number_that_people_call_it_by(people: People) -> None:
    wording = Wording(title="Renew", text="Press renew.", audience=Audience.us)
    article = people.do(write_article, wording, number=112)
    people.do(publish_article, article.id)
    assert found(people, "kb-112") == [article.id]
    assert people.do(write_article, wording).number == 113
    with pytest.raises(Conflict, match="The next article is 114 at least"):
        people.do(write_article, wording, number=112)


def test_who_was_erased_stands_in_no_article_and_no_search_of_others(people: People) -> None:
    ada = people.contact("Ada Quux", email="ada.quux@lattice.example").contact.id
    wording = Wording(title="Ask ADA QUUX", text="Ask Ada Quux first.", audience=Audience.us)
    article = people.do(write_article, wording).id
    people.do(publish_article, article, now=NOW)
    people.do(
        lambda records: records.knowledge_use.count_gap(["quux", "ada", "vpn"], at=NOW, tier="")
    )
    told = people.read(lambda reads: personal_data(reads, ada, now=NOW))["named_in"]
    assert told == ["Ask Ada Quux first."]
    people.do(erase_person, ada, now=NOW)
    assert found(people, "quux") == []
    (version,) = people.read(lambda reads: reads.articles.get(article)).versions
    assert (version.wording.title, version.wording.text) == ("Ask erased", "Ask erased first.")
    assert (
        people.read(lambda reads: knowledge_report(reads.snapshot, usual_stretch(NOW))).gaps == ()
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=st.text(st.characters(codec="utf-8"), max_size=60), quoted=st.booleans())
def test_no_question_is_an_error(people: People, asked: str, quoted: bool) -> None:
    text = f'"{asked}"' if quoted else asked
    assert found(people, text, account="account_x") == []
    assert found(people, f"{text} AND NOT (x OR y:* <-> NEAR^") == []
