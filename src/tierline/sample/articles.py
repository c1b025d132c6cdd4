"""Halyard's articles: what its people wrote down, by the numbers that they call them by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tierline.knowledge.article import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article, when it was written and by whom. `category` is what cases are about that it
    helps with; `is_draft`: it was never published."""

    number: int
    title: str
    text: str
    topics: tuple[str, ...]
    category: str
    written: date
    author: int
    audience: Audience = Audience.customers
    is_draft: bool = False


CERTIFICATE = 112
ARTICLES = (
    StoryArticle(
        number=101,
        title="An edge box does not start",
        topics=("box start", "red lamp"),
        category="Edge box",
        written=date(2024, 9, 3),
        author=9,
        text="""\
A box that does not start is without power more often than it is broken. Look at the lamp on its
front first: dark means no current, red and steady means that the box waits for its network, red
and blinking that it could not read its disk.

1. Pull the plug, wait for half a minute, and plug it in again at another outlet of the cabinet.
2. If the lamp turns green within three minutes, the outlet was the cause. Have it looked at.
3. If it blinks red, leave the box on and tell us the number on its back. We can read its log as
   long as it has current, and send a box in advance where your plan says so.

Do not open the housing: the seal is what the maker asks for when a box is replaced.
""",
    ),
    StoryArticle(
        number=102,
        title="Pictures are too dark or too bright",
        topics=("dark pictures", "exposure"),
        category="Camera",
        written=date(2025, 2, 11),
        author=11,
        text="""\
Light changes more than cameras do. Before you change the exposure, wipe the glass of the
housing and look whether a lamp of the tunnel has failed: one lamp in four makes a picture about
a fifth darker, and a model that was trained with four lamps then rejects good parts.

Where the light is as it was, open the camera under *Lines*, choose *Compare with a good day*,
and pick a day on which the line ran well. The page shows both pictures side by side with the
exposure of each. Take the setting of the good day over with *Use this one*. It is used from the
next part on, and who changed it stands in the history.
""",
    ),
    StoryArticle(
        number=103,
        title="Signed out every few minutes",
        topics=("signed out", "sign in"),
        category="Sign-in",
        written=date(2024, 6, 18),
        author=3,
        audience=Audience.public,
        text="""\
Single sign-on compares the clock of your terminal with ours. Where they are more than three
minutes apart, a sign-in is over as soon as it has begun, and the page asks for it again and
again.

Set the clock of the terminal by a time server of your network; terminals at a line are often
switched off over a weekend and come back with the time of Friday. If the clock is right, ask
whoever looks after your identity provider whether a session there ends sooner than ours, which
is after twelve hours.
""",
    ),
    StoryArticle(
        number=104,
        title="Add a colleague who signs in by your identity provider",
        topics=("new colleague", "identity provider"),
        category="Sign-in",
        written=date(2025, 3, 4),
        author=6,
        text="""\
A colleague who is added at your identity provider can sign in here as soon as they are in the
group that you told us of. Nothing has to be done on our side, and nobody has to wait for an
invitation.

If they come to a page that says *No place for you yet*, they signed in and are in none of the
groups. Ask for the exact spelling of the group under *Settings, Sign-in*: large and small
letters count. Places of named contacts are another matter: those are held by name, and your
plan says how many there are.
""",
    ),
    StoryArticle(
        number=105,
        title="The API answers 429: too many requests",
        topics=("api limit", "too many requests"),
        category="API",
        written=date(2025, 4, 22),
        author=8,
        audience=Audience.public,
        text="""\
Each plan has a number of requests a second. Short peaks above it are let through for a day, so
that a good shift does not stop a line; after that the API answers 429 and says in `Retry-After`
how long to wait.

Read results in pages of 500 and keep the cursor of the last page: a script that begins anew
each hour reads the same day twenty-four times. Ask for changes instead of everything with
`changed_since`. If you still reach the limit every day, the page *Plan* shows how often, and by
how much; there you can also see what the next plan would have allowed.
""",
    ),
    StoryArticle(
        number=106,
        title="Read all results of a day through the API",
        topics=("paging", "results of a day"),
        category="API",
        written=date(2025, 5, 27),
        author=10,
        audience=Audience.public,
        text="""\
Results come in pages, the oldest first. Ask for `/results?day=2025-05-26&limit=500`, read the
field `next` of the answer, and ask again with `after` set to it until it is null. Results that
arrive late, after a box was offline, are put at the end of the day to which they belong, so a
day is complete once the field `is_complete` says so.

Do not count pages. Their number changes while you read, and the cursor does not.
""",
    ),
    StoryArticle(
        number=107,
        title="A model rejects good parts after a release",
        topics=("rejects good parts", "model threshold"),
        category="Model quality",
        written=date(2025, 5, 30),
        author=13,
        text="""\
A new release may weigh a scratch or a shade otherwise than the one before. Look at the page
*Rejected* and sort by confidence: if most of what was rejected wrongly lies close to the
threshold, move the threshold in steps of one hundredth and watch a shift of it before you move
it again. Every change is kept with who made it, because your auditors will ask.

If wrong rejections are spread over all confidences, the threshold is not the cause. Go back to
the model of before under *Models, Versions*: that takes a minute, and training another one
takes days. Then raise a case with ten pictures; we train with them and give the model back for
a trial on one line.
""",
    ),
    StoryArticle(
        number=108,
        title="Results do not reach the PLC",
        topics=("plc", "results do not reach"),
        category="Integration",
        written=date(2025, 1, 21),
        author=9,
        text="""\
Between a result and your control stand three things: the box, the mapping of fields, and the
connection. Open *Integration, Trace* and enter the number of one part. The page shows at which
of the three it stopped.

* At the box: the part was never inspected. Look at the trigger.
* At the mapping: a field was renamed on one of both sides. Map it again and send the part once
  more.
* At the connection: your control has closed it. Switch *Keep alive* on; some controls hang up
  after a minute without data, and a line that stands still for a break is enough for that.
""",
    ),
    StoryArticle(
        number=109,
        title="What we need to know of a security finding",
        topics=("security finding", "scan"),
        category="Security",
        written=date(2024, 11, 12),
        author=17,
        text="""\
Tell us the identifier of the finding, the address at which your scanner found it and the
version that the box shows under *System*. With these three we can say on the same day whether
it concerns you. Please do not send the report of the scanner as a whole: it often holds
addresses of your network that we must not keep.

Security fixes are for every plan, and are rolled out to all boxes within the times of our
security page. What we answered to others about the same finding stands there too.
""",
    ),
    StoryArticle(
        number=110,
        title="How overage is counted and capped",
        topics=("overage", "invoice"),
        category="Billing",
        written=date(2025, 6, 10),
        author=2,
        text="""\
What your plan includes is counted from the first of a month on your own clock. When four fifths
are used we tell your named contacts, and once more when all is used. What goes beyond is listed
on the invoice line by line, with the day and the unit, at the price of your plan.

Where your plan has a cap, the line says what was counted, what the cap is and what we waived. A
cap is for a month: nothing of it is taken over into the next one.
""",
    ),
    StoryArticle(
        number=111,
        title="Who may look into a customer's pictures, and how it is written down",
        topics=("pictures of customers",),
        category="Model quality",
        written=date(2025, 7, 15),
        author=22,
        audience=Audience.us,
        text="""\
Pictures of a line belong to the customer. Look at them in the case in which they were sent, or
in the trace that the customer has opened for it; never copy them to your own machine, and never
into a chat.

For accounts that are cleared for regulated production only people with the clearance `gxp` see
them, and routing sees to it that nobody else gets the case. If you need a colleague without it,
describe what is in the picture in words. Leads review the list of openings every month.
""",
    ),
    StoryArticle(
        number=CERTIFICATE,
        title="Renew the certificate of an edge box",
        topics=("certificate",),
        category="Certificate expiry",
        written=date(2025, 6, 24),
        author=12,
        text="""\
Every box proves who it is by a certificate that lasts for a year. A box that is online renews
it by itself thirty days before the end. A box that was offline in that month comes back with a
certificate that has run out, and is refused.

1. Open *Boxes*, choose the box, and press *Renew certificate*. You get a file that is good for
   one hour.
2. Copy the file to a stick, put it into the box and press its button for five seconds. The lamp
   turns blue.
3. Wait until the lamp is green. The new date stands under *System*.

Nothing that was inspected meanwhile is lost: the box keeps it and sends it once it is let in
again. With several boxes at one site choose all of them in the first step; one file renews all.
""",
    ),
)
