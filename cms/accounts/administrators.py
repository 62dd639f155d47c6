"""The last administrator stays: somebody must be left who can give rights."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.errors import Invalid
from cms.permissions import SYSTEM, Actor

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('administrators'))")
# By a token in force, or by signing in.
_COUNT = text("""
SELECT count(*) FROM account a WHERE a.deactivated_at IS NULL AND (
    (a.role = 'ADMIN' AND a.issuer IS NOT NULL)
    OR EXISTS (
        SELECT FROM api_token t WHERE t.account_id = a.id AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
        AND CASE a.kind WHEN 'PROGRAM' THEN t.role = 'ADMIN'
            ELSE a.role = 'ADMIN' AND (t.role = 'ADMIN' OR num_nonnulls(t.role, t.custom_role_id, t.permissions) = 0) END
    )
)
""")


@asynccontextmanager
async def keeping_an_administrator(session: AsyncSession, actor: Actor) -> AsyncGenerator[None]:
    """Raise Invalid if what is done inside leaves no administrator. The command line may: it can always make another."""
    if actor == SYSTEM:
        yield
        await session.flush()
        return
    await session.execute(_ONE_AT_A_TIME)
    before = await session.scalar(_COUNT)
    yield
    await session.flush()
    if before and not await session.scalar(_COUNT):
        raise Invalid("This is the last administrator, who stays; make another one first.", "id")
