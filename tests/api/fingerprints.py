"""What the database holds, small enough to compare."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cms.database import Database
from cms.models import metadata

Fingerprint = dict[str, tuple[int, str]]
# When a token was shown last changes with every request, refused ones too.
_OF_TABLE = """
SELECT count(*), coalesce(md5(string_agg(row_text, chr(10) ORDER BY row_text)), '')
FROM (SELECT (to_jsonb(kept) - 'last_used_at')::text AS row_text FROM "{name}" AS kept) AS rows
"""


async def fingerprint_of(database: Database) -> Fingerprint:
    """The number of rows of each table, and a checksum of them."""
    async with database.transaction() as session:
        # A refusal is written down, and changes nothing else.
        names = sorted(metadata.tables.keys() - {"audit_entry"})
        return {name: await _of_table(session, name) for name in names}


async def _of_table(session: AsyncSession, name: str) -> tuple[int, str]:
    count, checksum = (await session.execute(text(_OF_TABLE.format(name=name)))).one()
    return count, checksum
