"""In which file of a case a secret stands."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Add the column."""
    op.add_column("case_mask", sa.Column("attachment_id", dialect.text(), nullable=True))
