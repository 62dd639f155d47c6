"""`cms token`: what an administrator does with tokens at the machine itself."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from cms.accounts.service import create_token
from cms.commands.console import out
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.database import Database, now
from cms.permissions import SYSTEM, Role

app = typer.Typer(help="Tokens, with which programs and people show who they are.", no_args_is_help=True)

AsRole = Annotated[Role, typer.Option("--role", case_sensitive=False, help="What its bearer may do.")]
Name = Annotated[str, typer.Option("--name", help="What the token is for; shown in lists.")]
Days = Annotated[
    int | None,
    typer.Option(
        "--days",
        min=1,
        max=36_500,
        help="After how many days it expires. Default: never.",
        show_default=False,
    ),
]


@app.callback()
def tokens() -> None:
    """Tokens, with which programs and people show who they are."""


@app.command()
def create(role: AsRole, name: Name = "command line", days: Days = None, data_dir: DataDir = None) -> None:
    """Make a token and print it: nothing else, and only this once."""
    with settings_of(data_dir, needs=["postgres"]) as settings:
        secret = asyncio.run(make_token(database_url_of(settings), role, name, days))
    out.print(secret, markup=False, highlight=False, soft_wrap=True)


async def make_token(database_url: str, role: Role, name: str, days: int | None = None) -> str:
    """Make a token as the machine's own administrator; its secret."""
    expires_at = None if days is None else now() + timedelta(days=days)
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            _, secret = await create_token(session, SYSTEM, name, role, expires_at)
    finally:
        await database.close()
    return secret
