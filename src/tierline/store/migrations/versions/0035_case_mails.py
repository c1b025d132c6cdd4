"""Whether people want to be written to about their cases."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0035"
down_revision = "0033"


def upgrade() -> None:
    """Add the column: empty where nothing was said, which is yes."""
    op.add_column("reader_language", sa.Column("case_mails", dialect.integer(), nullable=True))
