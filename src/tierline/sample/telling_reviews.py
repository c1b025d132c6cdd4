"""Telling post-mortems: what is written about a case, for us and for its customer, and what is done
so that it does not happen again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from tierline.actions.post_mortems import (
    ActionOrder,
    PostMortemBooks,
    TextOrder,
    add_action,
    close_action,
    publish_post_mortem,
    write_version,
)
from tierline.cases.post_mortem import ActionState, Part

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.post_mortem import PostMortem
    from tierline.sample.case_story import CaseStory

Moment = Callable[[datetime, str], "Occasion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAction:
    """Something that is done; open where nobody has done it. `owner` by number."""

    title: str
    owner: int
    due: date
    done: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A post-mortem as it is written."""

    texts: Mapping[Part, str]
    failure_mode: str
    actions: tuple[StoryAction, ...] = ()


_USUAL = {
    Part.what_happened: "The alarm came from the customer before ours did.",
    Part.root_cause: "A change was rolled out without the check that stops it.",
    Part.went_well: "The right people were there early.",
    Part.went_badly: "Ours was the last alarm.",
    Part.told_what_happened: "Inspection stood still at your site until the workaround was there.",
    Part.told_cause: "A change of ours reached your box, and no test of ours stopped it.",
    Part.told_prevention: "The test is now part of every roll-out, and an alarm watches for it.",
}
SUNDAY = Review(
    failure_mode="Firmware roll-out",
    texts={
        Part.what_happened: (
            "All eleven boxes of the plant restarted at 02:04 UTC with the new firmware and did "
            "not come back. The call at 02:10 went to a phone that was switched off, and nobody "
            "else is called on a Sunday before an hour has passed. It was taken up at 02:57 by "
            "somebody who looked into the queue by chance. Two hourly updates were forgotten while "
            "both engineers were on the line with the site."
        ),
        Part.root_cause: (
            "The roll-out goes on where a box does not answer: it counts boxes that were given the "
            "firmware, and not boxes that came back with it. Eleven boxes without a spare on site "
            "made of a failed roll-out a plant that stood."
        ),
        Part.went_well: "The firmware of before was on a stick at the gate, as the drill asks for.",
        Part.went_badly: "Nobody was called for 47 minutes, and two updates were not written.",
        Part.luck: "The night shift of the plant had an electrician who had done the drill.",
        Part.told_what_happened: (
            "On Sunday, 14 September, your boxes restarted with new firmware after 02:00 UTC "
            "and did not come back; inspection stood until 11:50 UTC. You called at 02:10, and it "
            "took us 47 minutes to answer where we promise 15. Two of the hourly updates that we "
            "owe you were missing."
        ),
        Part.told_cause: (
            "Our roll-out did not notice that boxes failed to restart and went on to the next one. "
            "The phone to which your call went was switched off, and the call did not go on to "
            "anybody else."
        ),
        Part.told_prevention: (
            "A roll-out stops by itself at the first box that does not come back. A call that "
            "nobody answers in ten minutes goes to a second engineer, tested every Saturday. "
            "Spare boxes will stand at your site."
        ),
    },
    actions=(
        StoryAction(
            title="The call of the Sunday shift is tested every Saturday",
            owner=21, due=date(2025, 9, 26), done=date(2025, 9, 24),
        ),
        StoryAction(
            title="A second engineer is called after ten minutes without an answer",
            owner=20, due=date(2025, 10, 10), done=date(2025, 10, 8),
        ),
        StoryAction(
            title="A roll-out stops at the first box that does not come back",
            owner=16, due=date(2025, 10, 31), done=date(2025, 10, 30),
        ),
        StoryAction(
            title="Spare boxes stand at every site of Enterprise",
            owner=22, due=date(2025, 11, 28),
        ),
    ),
)  # fmt: skip
CERTIFICATE_CATEGORY, CERTIFICATE_MODE = "Certificate expiry", "certificate"
"""What cases about it have in common is a word."""
RENEWED_AT = datetime(2025, 10, 1, 9, tzinfo=UTC)
"""When boxes began to renew in time."""
CERTIFICATES = Review(
    failure_mode=CERTIFICATE_MODE,
    texts={
        Part.what_happened: (
            "Since spring more and more boxes were refused because their certificates had run out, "
            "each of them a case of its own. Nobody looked at them together before September."
        ),
        Part.root_cause: (
            "A box renews its certificate thirty days before the end, if it is online on that very "
            "day. A box that is switched off then tries again only after it has been let in, which "
            "it is not any more."
        ),
        Part.went_well: "The instructions for renewing by hand were followed without help.",
        Part.went_badly: "Thirty cases were answered one by one, and nobody saw the pattern.",
        Part.told_what_happened: (
            "Boxes that were offline for some weeks were refused when they came back: their "
            "certificates had run out, and had to be renewed by hand."
        ),
        Part.told_cause: "A box tried to renew its certificate on one day only.",
        Part.told_prevention: (
            "Since 1 October a box tries on every day of its last sixty, and says if it "
            "could not. Certificates of boxes that come back late are renewed from our side."
        ),
    },
    actions=(
        StoryAction(
            title="Boxes renew on every day of the last sixty, and say when they could not",
            owner=12, due=date(2025, 10, 3), done=RENEWED_AT.date(),
        ),
        StoryAction(
            title="A report lists boxes whose certificates end within thirty days",
            owner=17, due=date(2025, 10, 17), done=date(2025, 10, 14),
        ),
    ),
)  # fmt: skip
_SUNDAY_OF, _SUNDAY_ON = "Farrow Energy", datetime(2025, 9, 14, 2, 10, tzinfo=UTC)


def review_of(story: CaseStory, opened_at: datetime) -> Review:
    """What is written about a case."""
    is_sunday = story.account.name == _SUNDAY_OF and opened_at == _SUNDAY_ON
    if is_sunday and story.has_plants:
        return SUNDAY
    is_of_certificates = story.category == CERTIFICATE_CATEGORY
    mode = CERTIFICATE_MODE if is_of_certificates else story.category
    return Review(texts=_USUAL, failure_mode=mode)


def tell_review(
    books: PostMortemBooks,
    begun: PostMortem,
    review: Review,
    agents: Mapping[int, str],
    occasion: Occasion,
    moment: Moment,
) -> None:
    """Write and publish what was begun, and do what is done about it later."""
    order = TextOrder(texts=review.texts, failure_mode=review.failure_mode)
    write_version(books, begun.id, order, occasion)
    added = [
        (each, add_action(books, begun.id, _order(each, agents), occasion))
        for each in review.actions
    ]
    publish_post_mortem(books, begun.id, occasion)
    for each, action in added:
        if each.done is not None:
            at = datetime.combine(each.done, time(9), UTC)
            close_action(books, action.id, ActionState.done, "", moment(at, action.owner))


def _order(action: StoryAction, agents: Mapping[int, str]) -> ActionOrder:
    return ActionOrder(
        title=action.title, owner=agents[action.owner], due_on=action.due, is_told=True
    )
