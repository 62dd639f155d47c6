"""`cms token`: API tokens from the command line."""

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from cms.accounts.service import create_token, list_tokens, revoke_token
from cms.audit.recording import Deed, record
from cms.commands.console import CommandError, out, say
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.config import Settings
from cms.database import Database, now
from cms.errors import BadInput, NotFound
from cms.ids import key_of, public_id
from cms.permissions import SYSTEM, Role

app = typer.Typer(help="Make, list and revoke API tokens.", no_args_is_help=True)

RoleName = Annotated[
    str,
    typer.Option(
        "--role", metavar="ROLE", help=f"What its bearer may do: {', '.join(role.lower() for role in Role)}."
    ),
]
Name = Annotated[str, typer.Option("--name", help="A name to tell it by, 1 to 100 characters.")]
Days = Annotated[
    int | None,
    typer.Option(
        "--days",
        min=1,
        max=36_500,
        help="For how many days it is good; for ever unless said.",
        show_default=False,
    ),
]


@app.command()
def create(role: RoleName, name: Name = "command line", days: Days = None, data_dir: DataDir = None) -> None:
    """Make a token, and print nothing but its secret, which is told only now."""
    wanted = _role(role)
    with settings_of(data_dir, needs=["postgres"]) as settings:
        secret = asyncio.run(make_token(database_url_of(settings), wanted, name, days))
    typer.echo(secret)


@app.command(name="list")
def list_all(data_dir: DataDir = None) -> None:
    """List the tokens, those in force first; never their secrets."""
    with settings_of(data_dir, needs=["postgres"]) as settings:
        asyncio.run(_list(settings))


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `cms token list` shows.")],
    data_dir: DataDir = None,
) -> None:
    """Make a token useless from now on."""
    with settings_of(data_dir, needs=["postgres"]) as settings:
        asyncio.run(_revoke(settings, token_id))
    say("The token is revoked.")


def _role(name: str) -> Role:
    try:
        return Role(name.upper())
    except ValueError:
        raise CommandError(
            f"There is no role “{name}”.", f"Roles: {', '.join(role.lower() for role in Role)}."
        ) from None


async def make_token(database_url: str, role: Role, name: str, days: int | None = None) -> str:
    """Make a token as the machine's own administrator; its secret."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.transaction() as session:
            expires_at = None if days is None else now() + timedelta(days=days)
            token, secret = await create_token(session, SYSTEM, name, role, expires_at)
            made = Deed("cms token create", [public_id("api_token", token.id)], ["name", "role", "expiresAt"])
            await record(session, SYSTEM, made)
        return secret
    finally:
        await database.close()


async def _list(settings: Settings) -> None:
    database = Database(database_url_of(settings), pool_size=1)
    try:
        async with database.transaction() as session:
            for token in await list_tokens(session, SYSTEM):
                state = (
                    "revoked"
                    if token.revoked_at
                    else "expired"
                    if token.expires_at and token.expires_at <= now()
                    else "in force"
                )
                out.print(
                    f"{public_id('token', token.id)}  {(token.role or 'other').lower():<11} {state:<8} {token.hint}…  {token.name}",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
    finally:
        await database.close()


async def _revoke(settings: Settings, token_id: str) -> None:
    database = Database(database_url_of(settings), pool_size=1)
    try:
        async with database.transaction() as session:
            token = await revoke_token(session, SYSTEM, key_of("token", token_id))
            revoked = Deed("cms token revoke", [public_id("api_token", token.id)])
            await record(session, SYSTEM, revoked)
    except (BadInput, NotFound) as error:
        raise CommandError(error.message, "`cms token list` shows the tokens with their ids.") from error
    finally:
        await database.close()
