"""The read engine: a field says where it comes from, and a GraphQL document becomes one SQL statement a root field.

`sources` is the vocabulary that the slices' types use; `entities` say what the actor may see of a table; `filters`, `orders` and
`pages` turn arguments into SQL; `ordinary` runs a field as a plain resolver; `planner` runs a whole selection as one statement.
"""
