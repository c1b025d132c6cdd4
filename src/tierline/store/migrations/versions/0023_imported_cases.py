"""Cases that came from another tool."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Nothing yet."""
