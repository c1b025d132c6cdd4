"""Letters that wait to be sent, and passkeys."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "letter",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("kind", dialect.text(), nullable=False),
        sa.Column("email", dialect.text(), nullable=False),
        sa.Column("subject", dialect.text(), nullable=False),
        sa.Column("content", dialect.text(), nullable=True),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("until_at", dialect.integer(), nullable=False),
        sa.Column("attempts", dialect.integer(), nullable=False),
        sa.Column("problem", dialect.text(), nullable=True),
        sa.Column("sent_at", dialect.integer(), nullable=True),
        sa.Column("given_up_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="letter_key"),
        **dialect.STRICT,
    )
    op.create_index("letter_email", "letter", ["email"])
    op.create_index("letter_made_at", "letter", ["made_at"])
    op.create_table(
        "passkey",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("name", dialect.text(), nullable=False),
        sa.Column("credential", dialect.text(), nullable=False),
        sa.Column("key", dialect.text(), nullable=False),
        sa.Column("counter", dialect.integer(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("used_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="passkey_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="passkey_user_id_of_user"),
        sa.UniqueConstraint("credential", name="passkey_credential_unique"),
        **dialect.STRICT,
    )
    op.create_index("passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("ceremony", dialect.text(), nullable=False),
        sa.Column("content", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=True),
        sa.Column("expires_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "ceremony", name="passkey_challenge_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="passkey_challenge_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_index("passkey_challenge_expires_at", "passkey_challenge", ["expires_at"])
    op.create_index("passkey_challenge_user_id", "passkey_challenge", ["user_id"])
