"""The API face of articles."""

from cms.articles.graphql import enums

__all__ = [
    "enums"
]  # Imported for what it does: the closed lists become GraphQL enums before any type names them.
