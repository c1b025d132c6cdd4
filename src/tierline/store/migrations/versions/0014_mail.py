"""Mails of cases: what came, what goes, and what hangs on them."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables."""
