"""Components, incidents and their updates."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0017"
down_revision = "0016"


def _text(name: str, *, may_lack: bool = False) -> sa.Column[str]:
    return sa.Column(name, dialect.text(), nullable=may_lack)


def _whole(name: str, *, may_lack: bool = False) -> sa.Column[int]:
    return sa.Column(name, dialect.integer(), nullable=may_lack)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "status_component",
        _text("id"),
        _text("name"),
        _text("about"),
        _whole("place"),
        _whole("is_public"),
        _text("accounts"),
        _text("regions"),
        _whole("watched_from"),
        _whole("retired_at", may_lack=True),
        sa.PrimaryKeyConstraint("id", name="status_component_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "incident",
        _text("id"),
        _whole("number"),
        _text("kind"),
        _text("title"),
        _whole("is_public"),
        _text("accounts"),
        _text("regions"),
        _whole("planned_from", may_lack=True),
        _whole("planned_until", may_lack=True),
        _whole("published_at", may_lack=True),
        _whole("ended_at"),
        sa.PrimaryKeyConstraint("id", name="incident_key"),
        sa.UniqueConstraint("number", name="incident_number_unique"),
        **dialect.STRICT,
    )
    op.create_index("incident_ended_at", "incident", ["ended_at", "id"])
    op.create_table(
        "incident_event",
        _text("incident_id"),
        _whole("place"),
        _text("kind"),
        _whole("at"),
        _text("by"),
        _text("about"),
        _text("said", may_lack=True),
        sa.PrimaryKeyConstraint("incident_id", "place", name="incident_event_key"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="incident_event_incident_id_of_incident"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "incident_case",
        _text("incident_id"),
        _text("case_id"),
        sa.PrimaryKeyConstraint("incident_id", "case_id", name="incident_case_key"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="incident_case_incident_id_of_incident"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["support_case.id"], name="incident_case_case_id_of_support_case"
        ),
        **dialect.STRICT,
    )
    op.create_index("incident_case_case_id", "incident_case", ["case_id"])
