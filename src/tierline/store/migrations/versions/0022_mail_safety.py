"""Mail that is fetched, blocked, scanned and made safe."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Nothing yet."""
