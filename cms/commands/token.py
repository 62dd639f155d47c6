"""`cms token`: API tokens from the command line."""

import asyncio
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from cms.accounts.service import OVERLAP_MINUTES_MAX, create_token, list_tokens, revoke_token, rotate_token
from cms.audit.recording import Deed, record
from cms.commands.console import CommandError, line, say
from cms.commands.options import DataDir, database_url_of, settings_of
from cms.config import Settings
from cms.database import Database, now
from cms.errors import BadInput, NotFound, Problem
from cms.ids import key_of, public_id
from cms.permissions import SYSTEM, Role

app = typer.Typer(help="Make, list, rotate and revoke API tokens.", no_args_is_help=True)

RoleName = Annotated[
    str,
    typer.Option(
        "--role", metavar="ROLE", help=f"What its bearer may do: {', '.join(role.lower() for role in Role)}."
    ),
]
Name = Annotated[str, typer.Option("--name", help="A name to tell it by, 1 to 100 characters.")]
TokenId = Annotated[str, typer.Argument(metavar="ID", help="The id that `cms token list` shows.")]
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
def rotate(
    token_id: TokenId,
    overlap_minutes: Annotated[
        int,
        typer.Option(min=0, max=OVERLAP_MINUTES_MAX, help="For how long the secret before stays good, too."),
    ] = 0,
    data_dir: DataDir = None,
) -> None:
    """Give a token another secret, and print nothing but that."""
    with settings_of(data_dir, needs=["postgres"]) as settings:
        secret = asyncio.run(_rotate(settings, token_id, overlap_minutes))
    typer.echo(secret)


@app.command()
def revoke(
    token_id: TokenId,
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
                used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
                role = (token.role or "other").lower()
                key = public_id("api_token", token.id)
                line(key, f"{role:<11}", f"{state:<8}", f"{used:<16}", f"{token.hint}…", token.name)
    finally:
        await database.close()


def _key(text: str) -> UUID:
    # Until now, ids were listed as those of a “token”; scripts may hold some.
    return key_of("api_token", text.replace("token_", "api_token_", 1) if text.startswith("token_") else text)


async def _rotate(settings: Settings, token_id: str, overlap_minutes: int) -> str:
    database = Database(database_url_of(settings), pool_size=1)
    try:
        async with database.transaction() as session:
            key = _key(token_id)
            token, secret = await rotate_token(session, SYSTEM, key, overlap_minutes=overlap_minutes)
            await record(session, SYSTEM, Deed("cms token rotate", [public_id("api_token", token.id)]))
        return secret
    except (BadInput, Problem) as error:
        raise CommandError(error.message, "`cms token list` shows the tokens with their ids.") from error
    finally:
        await database.close()


async def _revoke(settings: Settings, token_id: str) -> None:
    database = Database(database_url_of(settings), pool_size=1)
    try:
        async with database.transaction() as session:
            token = await revoke_token(session, SYSTEM, _key(token_id))
            revoked = Deed("cms token revoke", [public_id("api_token", token.id)])
            await record(session, SYSTEM, revoked)
    except (BadInput, NotFound) as error:
        raise CommandError(error.message, "`cms token list` shows the tokens with their ids.") from error
    finally:
        await database.close()
