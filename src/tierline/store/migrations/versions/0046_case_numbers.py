"""A server gives out the numbers of cases, so that nobody waits for others who raise one."""

from alembic import op

from tierline.store.dialect import make_case_numbers

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Count on from the highest."""
    make_case_numbers(op.get_bind())
