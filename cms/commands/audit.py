"""`cms audit`: the audit log, from the command line."""

import asyncio
from typing import Annotated

import orjson
import typer

from cms.audit.models import AuditEntry
from cms.audit.reading import AuditQuestion, find_entries
from cms.commands.console import line
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.database import Database

Last = Annotated[int, typer.Option("--last", min=1, max=10_000, help="How many entries at most.")]
Who = Annotated[str | None, typer.Option("--actor", help="Only deeds of whoever has this in their name.")]
What = Annotated[
    str | None, typer.Option("--action", help="Only this deed, as in `publishArticle` or `cms token create`.")
]
Thing = Annotated[
    str | None, typer.Option("--thing", help="Only deeds that were about the thing with this id.")
]
Refused = Annotated[bool, typer.Option("--refused", help="Only what was refused.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, with all that the log knows.")]


def audit(
    last: Last = 50,
    actor: Who = None,
    action: What = None,
    thing: Thing = None,
    refused: Refused = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Show who changed what, and who was refused: the newest entries, the last one at the end."""
    question = AuditQuestion(actor, action, thing, is_refused=refused, count_max=last)
    with settings_of(data_dir, needs=["postgres"]) as settings:
        entries = asyncio.run(_entries(database_url_of(settings), question))
    for entry in reversed(entries):
        if as_json:
            typer.echo(orjson.dumps(entry.model_dump()).decode())
        else:
            line(
                f"{entry.at:%Y-%m-%d %H:%M:%S}",
                f"{entry.outcome:<15}",
                entry.action,
                entry.actor_name,
                *entry.things[:3],
            )


async def _entries(database_url: str, question: AuditQuestion) -> list[AuditEntry]:
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            return list(await find_entries(session, question))
    finally:
        await database.close()
