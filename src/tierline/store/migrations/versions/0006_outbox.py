"""Due work with leases, the readers of the sealed journal, and webhooks with their log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "due_work",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("lane", dialect.text(), nullable=False),
        sa.Column("body", dialect.text(), nullable=False),
        sa.Column("run_at", dialect.integer(), nullable=False),
        sa.Column("attempts", dialect.integer(), nullable=False),
        sa.Column("lease", dialect.text(), nullable=True),
        sa.Column("error", dialect.text(), nullable=True),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="due_work_key"),
        **dialect.STRICT,
    )
    op.create_index("due_work_lane_run_at", "due_work", ["lane", "run_at", "id"])
    op.create_table(
        "bookmark",
        sa.Column("reader", dialect.text(), nullable=False),
        sa.Column("position", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("reader", name="bookmark_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "webhook",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("url", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=True),
        sa.Column("kinds", dialect.text(), nullable=False),
        sa.Column("note", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("secret", dialect.text(), nullable=False),
        sa.Column("old_secret", dialect.text(), nullable=True),
        sa.Column("old_secret_until", dialect.integer(), nullable=True),
        sa.Column("delivered_at", dialect.integer(), nullable=True),
        sa.Column("disabled_at", dialect.integer(), nullable=True),
        sa.Column("disabled_because", dialect.text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="webhook_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="webhook_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_table(
        "webhook_message",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("webhook_id", dialect.text(), nullable=False),
        sa.Column("fact_id", dialect.text(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("delivered_at", dialect.integer(), nullable=True),
        sa.Column("given_up_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="webhook_message_key"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name="webhook_message_webhook_id_of_webhook"
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name="webhook_message_fact_id_of_fact"),
        sa.UniqueConstraint(
            "webhook_id", "fact_id", name="webhook_message_webhook_id_fact_id_unique"
        ),
        **dialect.STRICT,
    )
    op.create_index("webhook_message_made_at", "webhook_message", ["webhook_id", "made_at", "id"])
    op.create_table(
        "webhook_attempt",
        sa.Column("message_id", dialect.text(), nullable=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("status", dialect.integer(), nullable=True),
        sa.Column("error", dialect.text(), nullable=True),
        sa.Column("took_ms", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "at", name="webhook_attempt_key"),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["webhook_message.id"],
            name="webhook_attempt_message_id_of_webhook_message",
        ),
        **dialect.STRICT,
    )
