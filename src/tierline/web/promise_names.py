"""What the areas of promises are called where it is told how they were kept."""

from __future__ import annotations

from tierline.languages.language import message
from tierline.scorecards.promises_kept import Area

AREAS = {
    Area.speed: message("Speed"),
    Area.channel: message("Channels"),
    Area.expertise: message("Named people"),
    Area.deliverable: message("What is due by the calendar"),
}
