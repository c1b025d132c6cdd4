"""What the kinds of milestones are called on the pages of cases."""

from __future__ import annotations

from tierline.catalog.statement import MilestoneKind
from tierline.languages.language import message

MILESTONES = {
    MilestoneKind.acknowledge: message("Acknowledge"),
    MilestoneKind.first_response: message("First response"),
    MilestoneKind.next_response: message("Next response"),
    MilestoneKind.periodic_update: message("Periodic update"),
    MilestoneKind.restore: message("Restore"),
    MilestoneKind.resolution: message("Resolution"),
    MilestoneKind.post_mortem: message("Post-mortem"),
}
