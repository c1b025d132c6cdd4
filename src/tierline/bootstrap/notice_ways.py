"""Letters to our own people go the way that each of them chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.letters import write_letter
from tierline.actions.notice_choices import see_to_digests
from tierline.bootstrap.letters import letter_box
from tierline.kernel.ids import LETTER
from tierline.routing.digest import DigestEntry
from tierline.routing.notice_choice import NoticeChoice, Way, kind_of, way_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from tierline.access.user import User
    from tierline.actions.letters import NewLetter
    from tierline.actions.occasion import Occasion
    from tierline.routing.notice import Notice
    from tierline.routing.notice_choice import NoticeKind
    from tierline.store.records import Records


def write_or_keep(
    records: Records,
    user: User,
    kind: NoticeKind,
    letter: NewLetter,
    occasion: Occasion,
    *,
    line: str = "",
) -> Way:
    """Write a letter, keep its `line` (else its subject) with its link for the digest, or do
    neither; which of them. Customers' people choose elsewhere."""
    chosen = None if user.account is not None else records.notice_choices.of_user(user.id)
    way = Way.at_once if chosen is None else chosen.way(kind)
    if chosen is None or way is Way.at_once:
        write_letter(records, letter, letter_box(), occasion)
    elif way is Way.digest:
        entry = DigestEntry(
            id=f"{kind} {occasion.new_id(LETTER)}",
            user=user.id,
            kind=kind,
            at=occasion.now,
            words=f"{line or letter.subject} {letter.words.link}",
        )
        records.notice_choices.add_entries([entry])
        see_to_digests(records, [chosen], occasion.now)
    return way


def write_to_first(
    records: Records,
    groups: Iterable[Sequence[User]],
    kind: NoticeKind,
    letter_to: Callable[[User], NewLetter],
    occasion: Occasion,
) -> list[User]:
    """Write to the first of these groups in which somebody wants to be told of this kind, or keep
    it for their digests; to whom."""
    for group in groups:
        told = [
            user
            for user in group
            if write_or_keep(records, user, kind, letter_to(user), occasion) is not Way.off
        ]
        if told:
            return told
    return []


def told_at_once(
    records: Records, notices: Sequence[Notice], ranks: Mapping[str, int], now: datetime
) -> list[Notice]:
    """Those of these notices that are written to their readers now; what somebody wants in their
    digest is kept for it."""
    chosen = records.notice_choices.of_users({each.user for each in notices})
    if not chosen:
        return list(notices)
    owned = records.routing.ownerships({each.case for each in notices})
    ways = [
        way_of(
            chosen.get(each.user, NoticeChoice(user=each.user)),
            each,
            is_worst=not ranks[each.case],
            is_owners=owned[each.case].user == each.user,
        )
        for each in notices
    ]
    pairs = list(zip(notices, ways, strict=True))
    kept = [each for each, way in pairs if way is Way.digest]
    if kept:
        records.notice_choices.add_entries(map(_entry, kept))
        see_to_digests(records, [chosen[user] for user in {each.user for each in kept}], now)
    return [each for each, way in pairs if way is Way.at_once]


def _entry(notice: Notice) -> DigestEntry:
    kind = kind_of(notice)
    assert kind is not None  # noqa: S101 - what has no kind is told at once
    is_correction = notice.corrected_at is not None
    return DigestEntry(
        id=notice.correction_row if is_correction else notice.row,
        user=notice.user,
        kind=kind,
        at=notice.corrected_at or notice.true_at,
        case=notice.case,
        about=notice.about,
    )
