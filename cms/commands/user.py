"""`cms user`: who works here, from the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from cms.accounts.models import Account
from cms.accounts.roles import names_of_roles
from cms.accounts.users import delete_user, list_users
from cms.audit.recording import Deed, record
from cms.commands.console import CommandError, line, say
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.database import Database
from cms.errors import BadInput, NotFound
from cms.ids import key_of, public_id
from cms.permissions import SYSTEM

app = typer.Typer(help="List users, and shut them out.", no_args_is_help=True)
T = TypeVar("T")


@app.command(name="list")
def list_all(data_dir: DataDir = None) -> None:
    """List the users, those who may do something first."""
    users, roles = _run(_listed, data_dir)
    for user in users:
        role = user.role.lower() if user.role else roles.get(user.custom_role_id, "")
        state = "deactivated" if user.deactivated_at else "active"
        seen = f"{user.last_seen_at:%Y-%m-%d %H:%M}" if user.last_seen_at else "never signed in"
        line(
            public_id("user", user.id),
            f"{role:<11}",
            f"{state:<11}",
            f"{seen:<16}",
            user.name,
            user.email or "",
        )


@app.command()
def deactivate(
    user_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `cms user list` shows.")],
    data_dir: DataDir = None,
) -> None:
    """Let a user do nothing from now on, and revoke their tokens. What they have made stays theirs."""

    async def work(session: AsyncSession) -> None:
        key = await delete_user(session, SYSTEM, key_of("user", user_id))
        await record(session, SYSTEM, Deed("cms user deactivate", [public_id("user", key)]))

    try:
        _run(work, data_dir)
    except (BadInput, NotFound) as error:
        raise CommandError(error.message, "`cms user list` shows the users with their ids.") from error
    say("The user is deactivated, and their tokens are revoked.")


async def _listed(session: AsyncSession) -> tuple[list[Account], dict[object, str]]:
    return list(await list_users(session, SYSTEM)), dict(await names_of_roles(session))


def _run(work: Callable[[AsyncSession], Awaitable[T]], data_dir: DataDir) -> T:
    with settings_of(data_dir, needs=["postgres"]) as settings:
        return asyncio.run(_in_transaction(database_url_of(settings), work))


async def _in_transaction(database_url: str, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            return await work(session)
    finally:
        await database.close()
