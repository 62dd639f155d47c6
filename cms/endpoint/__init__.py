"""The HTTP face of GraphQL."""
