"""The search index of a server is given its terms as they are: no function makes them there."""

from alembic import op

from tierline.store.dialect_search import drop_search_functions

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Take the functions away."""
    drop_search_functions(op.get_bind())
