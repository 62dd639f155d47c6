"""Who shows the token of a preview link: looked up at every request, so that one that is revoked is useless at once, in every process."""

from uuid import UUID

from cms.accounts.bearers import refuse_bearer
from cms.accounts.secrets import digest_of
from cms.articles.previews.tokens import PREVIEW_PREFIX, is_genuine
from cms.database import Database
from cms.errors import BadInput
from cms.permissions import Actor

_LINK = """
SELECT l.article_id FROM preview_link l LEFT JOIN account a ON a.id = l.created_by
WHERE l.token_sha256 = $1 AND l.expires_at > now() AND a.deactivated_at IS NULL AND NOT EXISTS (
    SELECT FROM api_token t WHERE t.account_id = a.id AND a.kind = 'PROGRAM' AND t.revoked_at IS NOT NULL
)
"""


def shown_preview(authorization: str | None, parameter: str | None) -> str | None:
    """The token of a preview link that a request shows, by the header or by the parameter; None if it shows none. Raises BadInput for both."""
    if parameter is None:
        scheme, _, given = (authorization or "").strip().partition(" ")
        token = given.strip()
        return token if scheme.lower() == "bearer" and token.startswith(PREVIEW_PREFIX) else None
    if authorization:
        raise BadInput("Show one token: either by the header Authorization, or by the parameter “preview”.")
    return parameter.strip()


async def find_previewer(database: Database, token: str) -> Actor:
    """The bearer of a preview link.

    Raises Unauthenticated in the same words for a token that is unknown, altered, expired or revoked, whose article has been deleted, or
    whose maker was shut out: a person who is deactivated, a program whose token is revoked.
    """
    if not is_genuine(token, database.signing_key):
        refuse_bearer()
    rows = await database.reads.fetch(_LINK, digest_of(token))
    if not rows:
        refuse_bearer()
    article_id = UUID(bytes=rows[0][0].bytes)
    return Actor(id=None, name="preview link", role="", permissions=frozenset(), previews=article_id)
