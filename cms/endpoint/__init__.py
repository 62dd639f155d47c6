"""The /graphql endpoint: GraphQL over HTTP and WebSocket, its limits and its documents, around any Strawberry schema."""

from cms.endpoint.cors import cors_middleware
from cms.endpoint.routes import graphql_routes

__all__ = ["cors_middleware", "graphql_routes"]
