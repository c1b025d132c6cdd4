"""What is written in the cases of the story, in the words of each category."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """What cases of a category are about: each of the texts may stand beside each other one."""

    subjects: tuple[str, ...]
    asks: tuple[str, ...]
    question: str
    answer: str
    how: tuple[str, ...]
    why: str


MATTERS = {
    "Edge box": Matter(
        ("Edge box does not start", "Edge box restarts by itself", "Edge box shows no cameras"),
        ("It stopped after the night shift.", "It happens several times a shift.",
         "The lamp at the front blinks red."),
        "Which firmware does the box show under System?",
        "We read the log of the box now.",
        ("The power supply was replaced, and the box runs.", "The firmware was renewed."),
        "A replacement was quicker than looking further on a line that waits.",
    ),
    "Camera": Matter(
        ("Camera pictures are dark", "Camera is not found", "Camera triggers late"),
        ("Only the camera at the outlet is concerned.", "Since the cleaning on Monday.",
         "All cameras of one switch."),
        "Can you send a picture of the mounting?",
        "We compare the exposure with the last good day.",
        ("The exposure was set anew.", "The cable was changed, and the trigger is in time."),
        "The setting is kept on the box, so a new camera would show it again.",
    ),
    "Model quality": Matter(
        ("Model rejects good parts", "Model misses scratches", "Model is slower than before"),
        ("We see it on the blue parts only.", "It began with the last release.",
         "About one part in two hundred."),
        "Which model version does the line run?",
        "We look at the rejected pictures of yesterday.",
        ("The threshold was moved, and is watched for a week.", "The model of before is back."),
        "The model of before is known to be good; training a new one takes days.",
    ),
    "Integration": Matter(
        ("Results do not reach the PLC", "Export to the MES stops", "Field missing in the export"),
        ("The queue grows since this morning.", "Only results of the second line.",
         "The interface says that it is connected."),
        "What does the interface log say at that minute?",
        "We follow one result from the box to your system.",
        ("The mapping of the field was mended.", "The connection keeps itself alive by now."),
        "Changing your side would need your change window.",
    ),
    "Sign-in": Matter(
        ("Sign-in fails", "New colleague cannot sign in", "Signed out every few minutes"),
        ("It concerns the whole shift.", "Single sign-on says that the time is over.",
         "Only on the terminals at the line."),
        "Which identity provider do you use, and since when?",
        "We look at the sign-ins of the last hour.",
        ("The clock of the terminal was set right.", "The group was added at the provider."),
        "Loosening the check of the time would open it for everybody.",
    ),
    "Security": Matter(
        ("Unknown sign-in from abroad", "Question about a finding of a scan",
         "Report for our auditors"),
        ("Our own team asks for an answer today.", "The scanner names a library.",
         "It is about the box at the gate."),
        "Which address stands in the finding?",
        "The security desk has it and looks at the logs.",
        ("The finding is a false alarm, and why stands in the report.", "The library was renewed."),
        "A fix ahead of the release was weighed against the risk of the change.",
    ),
    "API": Matter(
        ("API answers slowly", "API returns 500", "Question about paging"),
        ("Since the release of last week.", "One request in fifty.",
         "Our script reads all results of a day."),
        "Can you send the request id of one such answer?",
        "We look at the traces of these requests.",
        ("An index was added, and answers are as quick as before.", "The query was bounded."),
        "Raising the time limit would have hidden the cause.",
    ),
    "Certificate expiry": Matter(
        ("Certificate of the box has expired", "Warning about a certificate",
         "Box refuses the connection: certificate"),
        ("The box was offline for some weeks.", "The warning is shown since Monday.",
         "Three boxes at one site."),
        "Which date does the certificate show?",
        "We renew the certificate from here.",
        ("The certificate was renewed, and the box is connected.",
         "The certificate was renewed by hand at the box."),
        "Renewing by hand was the only way while the box was offline.",
    ),
    "Edge sync": Matter(
        ("Edge sync does not finish", "Edge sync shows old results", "Edge sync fills the link"),
        ("Since the link was down over night.", "The counter stays at the same number.",
         "It is the site with the slow line."),
        "How large is the folder that waits?",
        "We look at what the box still has to send.",
        ("The backlog was sent in pieces, and sync is level.", "The box was told to begin anew."),
        "Sending in pieces keeps the link free for the line.",
    ),
    "Billing": Matter(
        ("Question about an invoice", "Change of the billing address", "Overage on the invoice"),
        ("It is about the last month.", "Our purchasing asks.", "The number of units looks high."),
        "Which line of the invoice is it?",
        "We compare the line with the counted units.",
        ("The line was explained with its units.", "The address was changed from next month on."),
        "Nothing was wrong in the count.",
    ),
}  # fmt: skip
RECEIVED = "We have your message. One of us looks at it within the time of your plan."
FIRST = "I have it and look at it now."
UPDATES = (
    "Still at it: the cause is narrowed down, and the next word comes in time.",
    "We tried the first remedy, it was not enough. We go on with the next one.",
    "A colleague from the specialists has joined. More within the hour.",
)
NUMBERED = "{} (Step {}.)"
"""An update, and how far we are."""
EMPTY_UPDATE = "We are still looking into this."
"""Says that nothing is to be said."""
ASKED_AGAIN = "Is there any news?"
ANSWERS = ("Here is what you asked for.", "We looked: it is as you thought.", "See below.")
BACK_AGAIN = "It is back. The same as before."
STALLING = "This is being looked at and will take some more time."
"""Asks nothing: what the agent writes who sets cases waiting shortly before they would be late."""
WORK_NOTE = "Compared with the last similar case; the same steps apply."
VENDOR_NOTE = "Waits for the maker of the part; their number is in the shared list."
RESTORED = "It runs again by a workaround. We look for the cause and tell you."
HANDED_OVER = "Has this box in hand from last time. Nothing was tried yet; the next step is theirs."
PASSED_ON = (
    "The usual steps did not help. Logs and settings are in the case; it needs more than I know."
)
"""Summaries of a handover."""
NOBODY = "visitor"
"""Who writes and is no contact that we know."""
PHONE_AGAIN = "Calls an old number; was helped, and shown the portal once more."
