"""The journal of facts, its chain of seals, and the facts that wait for theirs."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.Column("recorded_at", dialect.integer(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("subject", dialect.text(), nullable=False),
        sa.Column("body", dialect.text(), nullable=False),
        sa.Column("body_digest", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="fact_key"),
        **dialect.STRICT,
    )
    op.create_index("fact_subject_at", "fact", ["subject", "at"])
    op.create_table(
        "seal",
        sa.Column("position", dialect.integer(), autoincrement=False, nullable=False),
        sa.Column("fact_id", dialect.text(), nullable=False),
        sa.Column("link", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="seal_key"),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name="seal_fact_id_of_fact"),
        sa.UniqueConstraint("fact_id", name="seal_fact_id_unique"),
        **dialect.STRICT,
    )
    op.create_table(
        "unsealed",
        sa.Column("fact_id", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name="unsealed_key"),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name="unsealed_fact_id_of_fact"),
        **dialect.STRICT,
    )
    dialect.make_append_only(op.get_bind(), "fact")
    dialect.make_append_only(op.get_bind(), "seal")
