"""What is served over HTTP beside GraphQL."""
