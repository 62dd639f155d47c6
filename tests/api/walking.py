"""Every way from the root of the schema to an article, as documents that can be asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

# How often a path may pass a type, where that is more than once.
VISITS_MAX = {"Article": 2, "Section": 2}
# How many things with an id a path may pass, as in article → author → article.
THINGS_MAX = 3
PAGE = "first: 10"
_Composite = GraphQLObjectType | GraphQLInterfaceType
# The arguments of a field, in every way in which it should be asked: `Type.field`, or `Type.field<Target>`, → lists of arguments.
Variants = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Step:
    """A field, and the type that it leads to."""

    owner: GraphQLObjectType
    name: str
    target: GraphQLObjectType

    @property
    def field(self) -> GraphQLField:
        """The field's definition."""
        return self.owner.fields[self.name]

    @property
    def leads_to_thing(self) -> bool:
        """Whether the type that it leads to has ids."""
        return any(interface.name == "Node" for interface in self.target.interfaces)

    @property
    def label(self) -> str:
        """`Type.field`."""
        return f"{self.owner.name}.{self.name}"

    @property
    def full_label(self) -> str:
        """`Type.field<Target>`."""
        return f"{self.label}<{self.target.name}>"


Path = tuple[Step, ...]


def paths_to_articles(schema: GraphQLSchema) -> list[Path]:
    """Every path that ends at an article, past no more than two other things with an id."""
    root = schema.query_type
    assert root is not None
    return list(_paths(schema, root, (), {}))


def _paths(
    schema: GraphQLSchema, at: GraphQLObjectType, path: Path, seen: Mapping[str, int]
) -> Iterator[Path]:
    for step in _steps(schema, at):
        name = step.target.name
        visits = seen.get(name, 0) + 1
        is_page = name.endswith(("Connection", "Edge"))
        if not is_page and visits > VISITS_MAX.get(name, 1):
            continue
        longer = (*path, step)
        if sum(one.leads_to_thing for one in longer) > THINGS_MAX:
            continue
        if name == "Article":
            yield longer
        if name != "Article" or visits < VISITS_MAX[name]:
            yield from _paths(schema, step.target, longer, {**seen, name: visits})


def _steps(schema: GraphQLSchema, at: GraphQLObjectType) -> Iterator[Step]:
    for name, field in at.fields.items():
        # A connection is walked by its edges, which say more than its nodes.
        if at.name.endswith("Connection") and name == "nodes":
            continue
        for target in _targets(schema, field):
            yield Step(at, name, target)


def _targets(schema: GraphQLSchema, field: GraphQLField) -> list[GraphQLObjectType]:
    kind = get_named_type(field.type)
    if isinstance(kind, GraphQLInterfaceType):
        return list(schema.get_possible_types(kind))
    return [kind] if isinstance(kind, GraphQLObjectType) else []


class Writer:
    """Writes documents. Raises KeyError for a field with arguments that must be given and are not in `variants`."""

    def __init__(self, schema: GraphQLSchema, variants: Variants, *, depth: int) -> None:
        self._schema, self._variants, self._depth = schema, variants, depth

    def document(self, path: Path) -> str:
        """A query that follows the path, and asks for everything at its end: the objects in it to the writer's depth."""
        return f"{{ {self._follow(path)} }}"

    def tree(self, paths: Sequence[Path]) -> str:
        """A query that follows all these paths at once, and asks for the leaves of every object on the way: `along` finds them."""
        return f"{{ {self._branches(paths)} }}"

    def _branches(self, paths: Sequence[Path]) -> str:
        further: dict[Step, list[Path]] = {}
        for path in filter(None, paths):
            further.setdefault(path[0], []).append(path[1:])
        return " ".join(self._branch(step, rest) for step, rest in further.items())

    def _branch(self, step: Step, rest: Sequence[Path]) -> str:
        inner = f"{self._plain(step.target)} {self._branches(rest)}"
        selection = f"{{ __typename ... on {step.target.name} {{ {inner} }} }}"
        ways = enumerate(self._arguments(step))
        return " ".join(f"{_key(step, index)}: {step.name}{way} {selection}" for index, way in ways)

    def _follow(self, path: Path) -> str:
        step, *rest = path
        inner = (
            f"{self._plain(step.target)} {self._follow(tuple(rest))}"
            if rest
            else self._whole(step.target, self._depth)
        )
        selection = f"{{ __typename ... on {step.target.name} {{ {inner} }} }}"
        ways = self._arguments(step)
        if len(ways) == 1:
            return f"{step.name}{ways[0]} {selection}"
        return " ".join(f"way{index}: {step.name}{way} {selection}" for index, way in enumerate(ways))

    def _arguments(self, step: Step) -> list[str]:
        for label in (step.full_label, step.label):
            if label in self._variants:
                return [f"({arguments})" for arguments in self._variants[label]]
        if _must_be_given(step.field):
            raise KeyError(f"say in the table with which arguments to ask {step.label}")
        return [f"({PAGE})" if "first" in step.field.args else ""]

    def _plain(self, kind: _Composite) -> str:
        """The fields that hold no other objects."""
        names = [
            name
            for name, field in kind.fields.items()
            if is_leaf_type(get_named_type(field.type)) and not _must_be_given(field)
        ]
        return " ".join(["__typename", *names])

    def _whole(self, kind: _Composite, depth: int) -> str:
        """The fields, and those of the objects in them, to a depth."""
        if depth == 0:
            return self._plain(kind)
        inner = [
            self._object(name, field, depth)
            for name, field in kind.fields.items()
            if not _must_be_given(field)
        ]
        return " ".join([self._plain(kind), *inner])

    def _object(self, name: str, field: GraphQLField, depth: int) -> str:
        kind: Any = get_named_type(field.type)
        if is_leaf_type(kind):
            return ""
        arguments = f"({PAGE})" if "first" in field.args else ""
        if isinstance(kind, GraphQLObjectType):
            return f"{name}{arguments} {{ {self._whole(kind, depth - 1)} }}"
        # Two types of an interface may have fields of one name and different types, so each type's get names of their own.
        parts = [
            f"... on {one.name} {{ {self._renamed(one)} }}" for one in self._schema.get_possible_types(kind)
        ]
        return f"{name}{arguments} {{ __typename {' '.join(parts)} }}"

    def _renamed(self, kind: GraphQLObjectType) -> str:
        return " ".join(
            f"{kind.name}_{name}: {name}" for name in self._plain(kind).split() if name != "__typename"
        )


def _key(step: Step, way: int) -> str:
    """The name of a branch in the answer: two types behind one field, and two ways to ask for it, are two branches."""
    return f"{step.name}_{step.target.name}_{way}"


def along(value: Any, path: Path) -> Iterator[Any]:
    """The objects on the way along a path, in the answer to a `tree`: of each what it says itself."""
    if isinstance(value, list):
        for inner in value:
            yield from along(inner, path)
    elif isinstance(value, dict):
        yield {name: inner for name, inner in value.items() if not _holds_objects(inner)}
        start = f"{path[0].name}_{path[0].target.name}_" if path else None
        for key, inner in value.items():
            if start is not None and key.startswith(start):
                yield from along(inner, path[1:])


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_objects, value)))


def _must_be_given(field: GraphQLField) -> bool:
    return any(is_required_argument(argument) for argument in field.args.values())


def name_of(path: Path) -> str:
    """A path as a reader would write it: `articles.edges.node.translations`."""
    return ".".join(
        f"{step.name}<{step.target.name}>" if _is_by_interface(step) else step.name for step in path
    )


def _is_by_interface(step: Step) -> bool:
    return isinstance(get_named_type(step.field.type), GraphQLInterfaceType)
