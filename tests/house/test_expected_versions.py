"""Whoever changes something says which version of it they have read: a mutation that forgets to ask for it is found here."""

from graphql import GraphQLInputObjectType, GraphQLNonNull, get_named_type

from cms.graphql import make_schema

SCHEMA = make_schema()._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
# What changes a thing by its id and need not have read it, and why.
NEEDS_NO_READING = {
    "RotateApiTokenInput": "it makes a secret, and writes over nothing that anybody has written",
    "MarkTranslationUpToDateInput": "it names the version of the source that was read, which is what it is about",
}
# One link more or less leaves the others as they are: whoever wants more certainty says the version.
MAY_SAY = {"RelateArticlesInput", "UnrelateArticlesInput"}
CHANGING = ("Update", "Set", "Replace", "Restore", "Publish", "Schedule", "Withdraw", "Relate", "Unrelate")


def inputs_that_change() -> dict[str, GraphQLInputObjectType]:
    """The inputs of mutations that change what is there: by their name, or because they name a thing and something else."""
    found: dict[str, GraphQLInputObjectType] = {}
    assert SCHEMA.mutation_type is not None
    for mutation in SCHEMA.mutation_type.fields.values():
        for argument in mutation.args.values():
            kind = get_named_type(argument.type)
            if isinstance(kind, GraphQLInputObjectType) and (
                kind.name.startswith(CHANGING) or ("id" in kind.fields and len(kind.fields) > 1)
            ):
                found[kind.name] = kind
    return found


def test_every_input_that_changes_something_asks_for_the_version_that_was_read() -> None:
    required = {"Int!": True, "Int": False}
    asks = {
        name: required.get(str(kind.fields["expectedVersion"].type))
        if "expectedVersion" in kind.fields
        else None
        for name, kind in inputs_that_change().items()
    }
    wanted = {name: name not in MAY_SAY for name in asks if name not in NEEDS_NO_READING}
    assert {name: asks[name] for name in wanted} == wanted
    assert {name for name in asks if name not in wanted} == set(NEEDS_NO_READING)


def test_whatever_can_be_changed_tells_its_version() -> None:
    for name in inputs_that_change():
        if not name.startswith("Update"):
            continue
        noun = name.removeprefix("Update").removesuffix("Input")
        thing = SCHEMA.type_map.get(f"Custom{noun}") or SCHEMA.type_map[noun]
        # A notice's `version` is the one of the article that it is about.
        field = getattr(thing, "fields")["revision" if noun == "Notice" else "version"]  # noqa: B009  (every type has fields)
        assert str(field.type) == "Int!", noun
        assert noun == "Notice" or "Versioned" in {one.name for one in getattr(thing, "interfaces")}, noun  # noqa: B009
        assert isinstance(field.type, GraphQLNonNull)
