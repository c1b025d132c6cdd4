"""What is done on a case: macros, views, time, satisfaction, merges."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Nothing yet."""
