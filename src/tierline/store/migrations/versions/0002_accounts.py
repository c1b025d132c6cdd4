"""Published catalogs, accounts, signed terms and contracts."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "catalog_version",
        sa.Column("catalog", dialect.text(), nullable=False),
        sa.Column("version", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("published_at", dialect.integer(), nullable=False),
        sa.Column("statement", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("catalog", "version", name="catalog_version_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "account",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("name", dialect.text(), nullable=False),
        sa.Column("time_zone", dialect.text(), nullable=False),
        sa.Column("parent_id", dialect.text(), nullable=True),
        sa.Column("region", dialect.text(), nullable=True),
        sa.Column("segment", dialect.text(), nullable=True),
        sa.Column("opened_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="account_key"),
        sa.ForeignKeyConstraint(["parent_id"], ["account.id"], name="account_parent_id_of_account"),
        **dialect.STRICT,
    )
    op.create_index("account_name_id", "account", ["name", "id"])
    op.create_index("account_parent_id", "account", ["parent_id"])
    op.create_table(
        "signed_terms",
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("form", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="signed_terms_key"),
        **dialect.STRICT,
    )
    op.create_table(
        "contract",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("start_at", dialect.integer(), nullable=False),
        sa.Column("end_at", dialect.integer(), nullable=True),
        sa.Column("saved_at", dialect.integer(), nullable=False),
        sa.Column("form", dialect.text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="contract_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="contract_account_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("contract_account_id", "contract", ["account_id"])
    op.create_index("contract_saved_at", "contract", ["saved_at"])
    dialect.make_append_only(op.get_bind(), "catalog_version")
    dialect.make_append_only(op.get_bind(), "signed_terms")
