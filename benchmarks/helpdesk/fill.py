"""Makes the tables of django-helpdesk, and puts the same desk into them that Tierline has.

    HELPDESK_DATABASE=... python fill.py DESK.json

Beside its own indexes come those that its list and its page of a case can use.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django has to be set up before
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402

_INDEXES = (
    "CREATE INDEX bench_status ON helpdesk_ticket (status, created)",
    "CREATE INDEX bench_followup ON helpdesk_followup (ticket_id, date)",
    "ANALYZE",
)
_AT_ONCE = 2_000


def main() -> None:
    desk = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    call_command("migrate", verbosity=0)
    agents = [_agent(email, desk["password"]) for email in desk["agents"]]
    queue = Queue.objects.create(title="Support", slug="support", allow_public_submission=False)
    started = datetime.now(UTC) - timedelta(days=2)
    for first in range(0, len(desk["cases"]), _AT_ONCE):
        _write(desk["cases"][first : first + _AT_ONCE], queue, agents, started)
    with connection.cursor() as cursor:
        for statement in _INDEXES:
            cursor.execute(statement)


def _agent(email, password):
    users = get_user_model().objects
    return users.create_user(email, email, password, is_staff=True, first_name="Ada")


def _write(cases, queue, agents, started):
    tickets = [
        Ticket(
            id=case["number"],
            queue=queue,
            title=case["subject"],
            description=case["texts"][0],
            status=Ticket.OPEN_STATUS if case["is_open"] else Ticket.RESOLVED_STATUS,
            assigned_to=agents[case["agent"]],
            created=started + timedelta(seconds=case["number"]),
            modified=started + timedelta(seconds=case["number"]),
            priority=3,
            secret_key="x",  # noqa: S106
        )
        for case in cases
    ]
    Ticket.objects.bulk_create(tickets)
    FollowUp.objects.bulk_create(
        FollowUp(
            ticket_id=case["number"],
            date=started + timedelta(seconds=case["number"], minutes=place),
            title="Comment",
            comment=text,
            public=True,
            user=agents[case["agent"]],
        )
        for case in cases
        for place, text in enumerate(case["texts"])
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("helpdesk_ticket", "helpdesk_followup"):
                cursor.execute(
                    f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"  # noqa: S608
                )


if __name__ == "__main__":
    main()
