"""Documents: parsed, measured, validated once, and kept for the next request that brings the same text."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import ASTValidationRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from cms.config import Settings
from cms.endpoint.cache import BoundedCache
from cms.endpoint.cost import OperationCost
from cms.endpoint.errors import DocumentInvalid, DocumentRefused, LimitExceeded
from cms.endpoint.failures import entry_of
from cms.endpoint.limits import check_limits
from cms.endpoint.patience import seconds_max


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document that was found valid."""

    name: str | None
    kind: str
    node: OperationDefinitionNode
    cost: OperationCost
    seconds_max: float
    """The longest time that it may take."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was found valid and within the limits. `sha256` is that of its text, in hexadecimal."""

    text: str
    sha256: str
    node: DocumentNode
    fragments: Mapping[str, FragmentDefinitionNode]
    operations: tuple[Operation, ...]

    def operation_named(self, name: str | None) -> Operation:
        """The operation to run (specification, section 6.1). Raises DocumentRefused if that is not clear."""
        if name is None:
            return self._only_operation()
        for operation in self.operations:
            if operation.name == name:
                return operation
        raise _unresolved(f"The document has no operation named “{name[:80]}”.")

    def _only_operation(self) -> Operation:
        if len(self.operations) == 1:
            return self.operations[0]
        if not self.operations:
            raise _unresolved("The document has no operation.")
        raise _unresolved("The document has several operations: name the one to run in “operationName”.")


def _unresolved(message: str) -> DocumentRefused:
    return DocumentRefused("OPERATION_RESOLUTION_FAILURE", message)


class Documents:
    """Reads documents against one schema, and keeps those that are valid. Errors are never kept."""

    def __init__(self, schema: strawberry.Schema, settings: Settings) -> None:
        self._graphql_schema = schema._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
        self._settings = settings
        self._rules = _rules(settings)
        self._kept = BoundedCache[Document](
            entries_max=settings.document_cache_entries_max,
            weight_max=settings.document_cache_bytes_max,
            weight_each_max=settings.document_cache_bytes_max // 20,
        )

    def read(self, text: str) -> Document:
        """The document of this text. Raises DocumentRefused: a syntax error, a limit, or what validation found."""
        kept = self._kept.get(text)
        if kept is not None:
            return kept
        document = self._read_new(text)
        self._kept.put(text, document, weight=len(text))
        return document

    def _read_new(self, text: str) -> Document:
        node = parse_within_limits(text, self._settings)
        fragments = {
            definition.name.value: definition
            for definition in node.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        check_limits(node, fragments, self._settings)
        self._validate(node)
        operations = tuple(
            self._operation(definition, fragments)
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        )
        return Document(text, sha256(text.encode()).hexdigest(), node, fragments, operations)

    def _validate(self, node: DocumentNode) -> None:
        errors = validate(
            self._graphql_schema, node, self._rules, hide_suggestions=not self._settings.suggestions
        )
        if errors:
            code = "GRAPHQL_VALIDATION_FAILED"
            raise DocumentInvalid(code, [entry_of(error, code) for error in errors])

    def _operation(
        self, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> Operation:
        name = node.name.value if node.name else None
        cost = OperationCost(self._graphql_schema, node, fragments, self._settings)
        longest = seconds_max(self._graphql_schema, node, fragments, self._settings)
        return Operation(name, node.operation.value, node, cost, longest)


def parse_within_limits(text: str, settings: Settings) -> DocumentNode:
    """Parse the text. Raises DocumentRefused: GRAPHQL_PARSE_FAILED, or DOCUMENT_TOO_LARGE as soon as it has too many tokens."""
    characters_max, tokens_max = settings.document_characters_max, settings.document_tokens_max
    if len(text) > characters_max:
        raise LimitExceeded(
            "DOCUMENT_TOO_LARGE",
            "The document is too long, in characters",
            found=len(text),
            limit=characters_max,
        )
    try:
        return parse(text, max_lexical_tokens=tokens_max, max_comments=tokens_max)
    except GraphQLSyntaxError as error:
        if error.description.startswith(f"Document contains more than {tokens_max} "):
            raise _too_large(tokens_max) from None
        raise DocumentInvalid("GRAPHQL_PARSE_FAILED", [entry_of(error, "GRAPHQL_PARSE_FAILED")]) from None
    except GraphQLError as error:
        raise DocumentInvalid("GRAPHQL_PARSE_FAILED", [entry_of(error, "GRAPHQL_PARSE_FAILED")]) from None


def _too_large(tokens_max: int) -> DocumentRefused:
    # The parser stops at the first token too many, so how many there are is not known.
    return DocumentRefused(
        "DOCUMENT_TOO_LARGE",
        f"The document has more than {tokens_max:,} tokens or comments, the limit.",
        limit=tokens_max,
    )


def _rules(settings: Settings) -> tuple[type[ASTValidationRule], ...]:
    rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
    return rules if settings.introspection else (*rules, NoSchemaIntrospectionCustomRule)
