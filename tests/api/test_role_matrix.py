"""Every mutation, for every role, on what one has made and on what others have: as the table of roles says, cell by cell."""

import pytest
from sqlalchemy import text

from cms.accounts.service import create_token
from cms.assets.uploads import Depot
from cms.graphql import make_schema
from cms.permissions import PERMISSIONS_OF_ROLE, SYSTEM, Permission, Role
from cms.permissions_page import needs_of
from tests.api.asking import Api, Json, code_of
from tests.api.fingerprints import fingerprint_of
from tests.api.newsroom import DEEDS, PICTURE, Newsroom, fill_newsroom

MUTATIONS = make_schema()._schema.mutation_type  # pyright: ignore[reportPrivateUsage]  (no public name)
WHOSE = ("own", "others'")
# Somebody else's upload is dealt with by whoever may describe all pictures.
OF_UPLOADS = {"completeUpload", "resumeUpload", "abandonUpload"}


def expected_of(name: str, role: Role, whose: str) -> bool:
    """Whether the table lets the role do it, by what the mutation's description says that it needs."""
    assert MUTATIONS is not None
    needed = needs_of(MUTATIONS.fields[name].description or "")
    assert needed is not None, name
    held, (everything, own) = PERMISSIONS_OF_ROLE[role], needed
    if name in OF_UPLOADS and whose == "others'":
        return Permission.ASSET_UPDATE in held
    return everything in held or (whose == "own" and own in held)


class Somebody:
    """The bearer of a token of a role, and a newsroom that is theirs, or others'."""

    def __init__(self, api: Api, room: Newsroom, secret: str) -> None:
        self.api, self.room, self.secret = api, room, secret

    async def attempt(self, name: str) -> Json:
        """The answer to what the table of deeds says."""
        deed = DEEDS[name]
        assert MUTATIONS is not None
        kind = MUTATIONS.fields[name].args["input"].type
        document = f"mutation($input: {kind}) {{ done: {name}(input: $input) {{ errors {{ code }} }} }}"
        if not deed.has_file:
            variables = {"input": deed.input(self.room)}
            return await self.api(document, variables, secret=self.secret, perspective=None)
        file = ("grey.png", PICTURE, "image/png")
        return await self.api.send_file(document, deed.input(self.room), file, None, secret=self.secret)


async def somebody(api: Api, room: Newsroom, role: Role, whose: str) -> Somebody:
    """The bearer of a new token, to whom the articles and uploads of the newsroom belong, or not."""
    async with api.database.transaction() as session:
        token, secret = await create_token(session, SYSTEM, "somebody", role)
        for table in ("article", "upload"):
            await session.execute(
                text(f"UPDATE {table} SET created_by = :key"),  # noqa: S608  (one of two names)
                {"key": token.account_id if whose == "own" else None},
            )
    return Somebody(api, room, secret)


@pytest.mark.parametrize("name", DEEDS)
async def test_each_role_may_what_the_table_says_and_no_more(api: Api, depot: Depot, name: str) -> None:
    wanted = {(role, whose): expected_of(name, role, whose) for role in Role for whose in WHOSE}
    found: dict[tuple[Role, str], bool] = {}
    room: Newsroom | None = None
    # Who is refused comes first: they leave everything as it was, so that one newsroom is enough for them all.
    for role, whose in sorted(wanted, key=wanted.__getitem__):
        if room is None:
            await api.start_afresh()
            room = await fill_newsroom(depot)
        who = await somebody(api, room, role, whose)
        before = await fingerprint_of(api.database)
        answer = await who.attempt(name)
        is_refused = answer["data"] != {"done": {"errors": []}}
        if is_refused:
            assert reason_of(answer) == expected_reason(name, role), (name, role, whose)
        assert (await fingerprint_of(api.database) == before) is is_refused, (name, role, whose)
        found[role, whose] = not is_refused
        room = room if is_refused else None
    assert found == wanted


def reason_of(answer: Json) -> str:
    """Why it was refused."""
    if answer["data"] is None:
        return code_of(answer)
    return answer["data"]["done"]["errors"][0]["code"]


def expected_reason(name: str, role: Role) -> str:
    """Somebody else's upload is nothing that one sees; everything else is refused in words."""
    may_upload = Permission.ASSET_UPLOAD in PERMISSIONS_OF_ROLE[role]
    return "NOT_FOUND" if name in OF_UPLOADS and may_upload else "FORBIDDEN"
