"""Users, tokens, sessions, invitations and partner access."""

import sqlalchemy as sa
from alembic import op

from tierline.store import dialect

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "user",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("email", dialect.text(), nullable=False),
        sa.Column("name", dialect.text(), nullable=False),
        sa.Column("roles", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=True),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("disabled_at", dialect.integer(), nullable=True),
        sa.Column("password_hash", dialect.text(), nullable=True),
        sa.Column("second_factor", dialect.text(), nullable=True),
        sa.Column("second_factor_since", dialect.integer(), nullable=True),
        sa.Column("second_factor_step", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="user_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="user_account_id_of_account"),
        sa.UniqueConstraint("email", name="user_email_unique"),
        **dialect.STRICT,
    )
    op.create_index("user_account_id", "user", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("used_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "digest", name="recovery_code_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="recovery_code_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_table(
        "sign_in_identity",
        sa.Column("issuer", dialect.text(), nullable=False),
        sa.Column("subject", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("linked_at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="sign_in_identity_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="sign_in_identity_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_index("sign_in_identity_user_id", "sign_in_identity", ["user_id"])
    op.create_table(
        "token",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("shown", dialect.text(), nullable=False),
        sa.Column("name", dialect.text(), nullable=False),
        sa.Column("role", dialect.text(), nullable=False),
        sa.Column("scopes", dialect.text(), nullable=True),
        sa.Column("account_id", dialect.text(), nullable=True),
        sa.Column("made_by", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("expires_at", dialect.integer(), nullable=True),
        sa.Column("last_used_at", dialect.integer(), nullable=True),
        sa.Column("revoked_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="token_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="token_account_id_of_account"),
        sa.UniqueConstraint("digest", name="token_digest_unique"),
        **dialect.STRICT,
    )
    op.create_index("token_account_id", "token", ["account_id"])
    op.create_index("token_made_by", "token", ["made_by"])
    op.create_table(
        "session",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("last_seen_at", dialect.integer(), nullable=False),
        sa.Column("expires_at", dialect.integer(), nullable=False),
        sa.Column("confirmed_at", dialect.integer(), nullable=True),
        sa.Column("ended_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="session_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="session_user_id_of_user"),
        sa.UniqueConstraint("digest", name="session_digest_unique"),
        **dialect.STRICT,
    )
    op.create_index("session_expires_at", "session", ["expires_at"])
    op.create_index("session_user_id", "session", ["user_id"])
    op.create_table(
        "sign_in_try",
        sa.Column("key", dialect.text(), nullable=False),
        sa.Column("at", dialect.integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "at", name="sign_in_try_key"),
        **dialect.STRICT,
    )
    op.create_index("sign_in_try_at", "sign_in_try", ["at"])
    op.create_table(
        "invitation",
        sa.Column("id", dialect.text(), nullable=False),
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("email", dialect.text(), nullable=True),
        sa.Column("roles", dialect.text(), nullable=False),
        sa.Column("account_id", dialect.text(), nullable=True),
        sa.Column("made_by", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("expires_at", dialect.integer(), nullable=False),
        sa.Column("ended_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="invitation_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="invitation_account_id_of_account"
        ),
        sa.UniqueConstraint("digest", name="invitation_digest_unique"),
        **dialect.STRICT,
    )
    op.create_index("invitation_account_id", "invitation", ["account_id"])
    op.create_index("invitation_email", "invitation", ["email"])
    op.create_index("invitation_made_by", "invitation", ["made_by"])
    op.create_table(
        "password_reset",
        sa.Column("digest", dialect.text(), nullable=False),
        sa.Column("user_id", dialect.text(), nullable=False),
        sa.Column("made_at", dialect.integer(), nullable=False),
        sa.Column("expires_at", dialect.integer(), nullable=False),
        sa.Column("used_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="password_reset_key"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="password_reset_user_id_of_user"),
        **dialect.STRICT,
    )
    op.create_index("password_reset_user_id", "password_reset", ["user_id"])
    op.create_table(
        "partner_access",
        sa.Column("account_id", dialect.text(), nullable=False),
        sa.Column("partner_id", dialect.text(), nullable=False),
        sa.Column("start_at", dialect.integer(), nullable=False),
        sa.Column("end_at", dialect.integer(), nullable=True),
        sa.Column("given_by", dialect.text(), nullable=False),
        sa.Column("ended_at", dialect.integer(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "partner_id", "start_at", name="partner_access_key"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="partner_access_account_id_of_account"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["account.id"], name="partner_access_partner_id_of_account"
        ),
        **dialect.STRICT,
    )
    op.create_index("partner_access_partner_id", "partner_access", ["partner_id"])
