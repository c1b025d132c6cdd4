"""Articles, their search, and what they spared."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables."""
