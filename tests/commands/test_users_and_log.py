"""`cms user`, `cms token rotate` and `cms audit`: what an operator sees and does without the API."""

import json
import os
import subprocess
import sys

from cms.accounts.grants import Grant
from cms.accounts.service import create_token, find_actor, grant_token
from cms.accounts.users import UserFields, create_user
from cms.config import PROJECT_ROOT
from cms.database import Database
from cms.errors import Unauthenticated
from cms.ids import public_id
from cms.permissions import SYSTEM, Role
from tests.commands.test_worker import environment

__all__ = ["environment"]


def cms(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cms.cli", *words],
        env={**environment, "COLUMNS": "200", "HOME": os.environ.get("HOME", "/")},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


async def knows(database: Database, secret: str) -> bool:
    try:
        await find_actor(database.reads, secret)
    except Unauthenticated:
        return False
    return True


async def test_an_operator_lists_users_shuts_one_out_and_reads_of_it(
    database: Database, environment: dict[str, str]
) -> None:
    async with database.transaction() as session:
        fields = UserFields(name="Ada Deschamps", email="ada@example.org", role=Role.EDITOR)
        ada = (await create_user(session, SYSTEM, fields)).id
        _, secret = await grant_token(session, SYSTEM, "laptop", Grant(), user_id=ada)
        await create_token(session, SYSTEM, "The website", Role.VIEWER)
    key = public_id("user", ada)
    listed = cms(environment, "user", "list").stdout.split()
    assert listed == [
        key,
        *["editor", "active", "never", "signed", "in", "Ada", "Deschamps", "ada@example.org"],
    ]
    refused = cms(environment, "user", "deactivate", "user_" + "0" * 32)
    assert (refused.returncode, "There is no such user." in refused.stderr) == (2, True)
    assert await knows(database, secret)
    assert cms(environment, "user", "deactivate", key).returncode == 0
    assert not await knows(database, secret)
    assert "deactivated" in cms(environment, "user", "list").stdout
    [entry] = cms(environment, "audit", "--action", "cms user deactivate", "--json").stdout.splitlines()
    told = json.loads(entry)
    assert (told["actor_name"], told["outcome"], told["things"]) == ("command line", "DONE", [key])
    by_thing = cms(environment, "audit", "--thing", key, "--last", "1").stdout
    assert "cms user deactivate" in by_thing and key in by_thing
    assert cms(environment, "audit", "--refused", "--actor", "nobody").stdout == ""


async def test_an_operator_gives_a_token_another_secret(
    database: Database, environment: dict[str, str]
) -> None:
    async with database.transaction() as session:
        token, old = await create_token(session, SYSTEM, "The website", Role.VIEWER)
    key = public_id("api_token", token.id)
    assert key in cms(environment, "token", "list").stdout
    new = cms(environment, "token", "rotate", key, "--overlap-minutes", "5").stdout.strip()
    assert [await knows(database, secret) for secret in (old, new)] == [True, True]
    newest = cms(environment, "token", "rotate", key).stdout.strip()
    assert [await knows(database, secret) for secret in (old, new, newest)] == [False, False, True]
    assert cms(environment, "token", "revoke", key).returncode == 0
    assert not await knows(database, newest)
    assert cms(environment, "token", "rotate", key).returncode == 2
