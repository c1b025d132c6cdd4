"""Contacts and their roles, inheritance, consent, criticality, holds, and ids of other systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    _contacts()
    _consents()
    _criticality()
    _upkeep()


def _contacts() -> None:
    op.create_table(
        "contact",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("name", dialect.text(), nullable=True),
        sa.Column("email", dialect.text(), nullable=True),
        sa.Column("phone", dialect.text(), nullable=True),
        sa.Column("added_at", dialect.integer(), nullable=False),
        sa.Column("removed_at", dialect.integer(), nullable=True),
        sa.Column("erased_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="contact_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="contact_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("contact_account_id", "contact", ["account_id", "id"])
    op.create_index("contact_email", "contact", ["email"])
    op.create_index("contact_removed_at", "contact", ["removed_at"])
    op.create_table(
        "contact_role",
        sa.Column("contact_id", dialect.text(), nullable=False),
        sa.Column("role", dialect.text(), nullable=False),
        sa.Column("start_at", dialect.integer(), nullable=False),
        sa.Column("end_at", dialect.integer(), nullable=True),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "role", "start_at", name="contact_role_key"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="contact_role_contact_id_of_contact"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="contact_role_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("contact_role_account_id_role", "contact_role", ["account_id", "role"])
    op.create_table(
        "inheritance",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("inherits", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="inheritance_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="inheritance_account_id_of_account"
        ),
        **dialect.STRICT,
    )


def _consents() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("subject", dialect.text(), nullable=False),
        sa.Column("purpose", dialect.text(), nullable=False),
        sa.Column("state", dialect.text(), nullable=False),
        sa.Column("basis", dialect.text(), nullable=False),
        sa.Column("notice_version", dialect.text(), nullable=False),
        sa.Column("effective_at", dialect.integer(), nullable=False),
        sa.Column("recorded_at", dialect.integer(), nullable=False),
        sa.Column("actor", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="consent_event_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="consent_event_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("consent_event_account_id", "consent_event", ["account_id", "id"])
    dialect.make_append_only(op.get_bind(), "consent_event")


def _criticality() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("part", dialect.text(), nullable=False),
        sa.Column("value", dialect.text(), nullable=False),
        sa.Column("reviewer", dialect.text(), nullable=False),
        sa.Column("reviewed_on", dialect.text(), nullable=False),
        sa.Column("recorded_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="assessment_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="assessment_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("assessment_account_id", "assessment", ["account_id", "part", "reviewed_on"])
    dialect.make_append_only(op.get_bind(), "assessment")


def _upkeep() -> None:
    op.create_table(
        "evidence",
        sa.Column("about_id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("text", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("about_id", name="evidence_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="evidence_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("evidence_account_id", "evidence", ["account_id"])
    op.create_table(
        "legal_hold",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("contact_id", dialect.text(), nullable=True),
        sa.Column("placed_at", dialect.integer(), nullable=False),
        sa.Column("placed_by", dialect.text(), nullable=False),
        sa.Column("lifted_at", dialect.integer(), nullable=True),
        sa.Column("lifted_by", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="legal_hold_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="legal_hold_account_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name="legal_hold_contact_id_of_contact"
        ),
        **dialect.STRICT,
    )
    op.create_index("legal_hold_account_id", "legal_hold", ["account_id"])
    op.create_table(
        "external_id",
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("external_id", dialect.text(), nullable=False),
        sa.Column("record_id", dialect.text(), nullable=False),
        sa.Column("row_digest", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "external_id", name="external_id_key"),
        **dialect.STRICT,
    )
    op.create_index("external_id_record_id", "external_id", ["record_id"])
