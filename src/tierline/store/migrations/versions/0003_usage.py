"""Meters, usage events, their totals by half-hour, and the values that do not add up."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "meter",
        sa.Column("key", dialect.text(), nullable=False),
        sa.Column("version", dialect.integer(), autoincrement=False, nullable=False),
        sa.Column("event_type", dialect.text(), nullable=False),
        sa.Column("aggregation", dialect.text(), nullable=False),
        sa.Column("value", dialect.text(), nullable=True),
        sa.Column("feature", dialect.text(), nullable=True),
        sa.Column("unit", dialect.text(), nullable=False),
        sa.Column("defined_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name="meter_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "usage_event",
        sa.Column("sequence", dialect.integer(), autoincrement=False, nullable=False),
        sa.Column("source", dialect.text(), nullable=False),
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("type", dialect.text(), nullable=False),
        sa.Column("subject", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=True),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("received_at", dialect.integer(), nullable=False),
        sa.Column("data", dialect.text(), nullable=False),
        sa.Column("corrects", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name="usage_event_key"),
        sa.UniqueConstraint("id", "source", name="usage_event_id_source_unique"),
        **dialect.STRICT,
    )
    op.create_index(
        "usage_event_unknown",
        "usage_event",
        ["subject"],
        sqlite_where=sa.text("account_id IS NULL"),
        postgresql_where=sa.text("account_id IS NULL"),
    )
    op.create_index(
        "usage_event_corrects",
        "usage_event",
        ["corrects", "source"],
        sqlite_where=sa.text("corrects IS NOT NULL"),
        postgresql_where=sa.text("corrects IS NOT NULL"),
    )
    op.create_table(
        "usage_total",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("meter", dialect.text(), nullable=False),
        sa.Column("from_at", dialect.integer(), nullable=False),
        sa.Column("quantity", dialect.integer(), nullable=False),
        sa.Column("events", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "meter", "from_at", name="usage_total_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "usage_value",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("meter", dialect.text(), nullable=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("sequence", dialect.integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", dialect.integer(), nullable=True),
        sa.Column("word", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "meter", "at", "sequence", name="usage_value_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "usage_quality",
        sa.Column("source", dialect.text(), nullable=False),
        sa.Column("from_at", dialect.integer(), nullable=False),
        sa.Column("accepted", dialect.integer(), nullable=False),
        sa.Column("duplicates", dialect.integer(), nullable=False),
        sa.Column("conflicts", dialect.integer(), nullable=False),
        sa.Column("refused", dialect.integer(), nullable=False),
        sa.Column("late", dialect.integer(), nullable=False),
        sa.Column("skewed", dialect.integer(), nullable=False),
        sa.Column("unknown_account", dialect.integer(), nullable=False),
        sa.Column("corrected", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "from_at", name="usage_quality_key"),
        **dialect.STRICT,
    )
