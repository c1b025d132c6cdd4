"""Dated promises and what came of them."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the tables."""
