"""GraphiQL at /graphql, without a request to any other origin."""

from cms.endpoint.graphiql.page import content_security_policy, graphiql_page, graphiql_routes

__all__ = ["content_security_policy", "graphiql_page", "graphiql_routes"]
