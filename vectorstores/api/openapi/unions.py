"""Parameters of more than one shape, by hand: fields that read these say no more than "a value"."""

from drf_spectacular.openapi import AutoSchema

from vectorstores import cl100k
from vectorstores.api.openapi import shapes
from vectorstores.api.openapi.shapes import Schema
from vectorstores.api.serializers.embeddings import MAX_INPUTS, MAX_TEXT
from vectorstores.api.serializers.search import MAX_QUERIES, MAX_QUERY
from vectorstores.api.serializers.store_files import StaticChunkingStrategy
from vectorstores.embeddings.inputs import TOKENS_PER_INPUT
from vectorstores.search import filters

SCALARS = (shapes.STRING, shapes.NUMBER, shapes.BOOLEAN)


def query() -> Schema:
    """One question or several."""
    text = {**shapes.STRING, "minLength": 1, "maxLength": MAX_QUERY}
    return shapes.any_of(text, shapes.array(text, minItems=1, maxItems=MAX_QUERIES))


def embedding_input() -> Schema:
    """A text or its tokens, or an array of either."""
    text = {**shapes.STRING, "minLength": 1, "maxLength": MAX_TEXT}
    token = {**shapes.INTEGER, "minimum": 0, "maximum": cl100k.SIZE - 1}
    tokens = shapes.array(token, minItems=1, maxItems=TOKENS_PER_INPUT)
    several = {"minItems": 1, "maxItems": MAX_INPUTS}
    return shapes.any_of(text, *(shapes.array(items, **several) for items in (text, token, tokens)))


def chunking_strategy(auto_schema: AutoSchema) -> Schema:
    """`auto`; `static` with sizes; or the sizes alone, as OpenAI's guide writes them."""
    static = auto_schema.resolve_serializer(StaticChunkingStrategy, "request")
    sizes = static.schema["properties"]
    return shapes.named(
        auto_schema,
        "ChunkingStrategyRequestParam",
        shapes.any_of(
            shapes.closed(
                {"type": shapes.enum(["auto"]), "static": shapes.or_null(static.ref)}, ["type"]
            ),
            shapes.closed(
                {"type": shapes.enum(["static"]), "static": static.ref}, ["type", "static"]
            ),
            shapes.closed({"type": shapes.enum(["auto", "static"]), **sizes}, sizes),
        ),
    )


def attribute_filter(auto_schema: AutoSchema) -> Schema:
    compound = shapes.closed(
        {"type": shapes.enum(["and", "or"]), "filters": shapes.array(shapes.ref("Filter"))},
        ["type", "filters"],
    )
    comparisons = (
        _comparison(["eq", "ne"], shapes.any_of(*SCALARS)),
        _comparison([*filters.ORDERS], shapes.any_of(shapes.STRING, shapes.NUMBER)),
        _comparison(["in", "nin"], shapes.array(shapes.any_of(*SCALARS))),
    )
    either = shapes.any_of(
        shapes.named(auto_schema, "ComparisonFilter", shapes.any_of(*comparisons)),
        shapes.named(auto_schema, "CompoundFilter", compound),
    )
    return shapes.named(auto_schema, "Filter", either)


def _comparison(types: list[str], value: Schema) -> Schema:
    """`property` is what OpenAI's guide calls `key`."""
    spelt = (
        {"type": shapes.enum(types), name: shapes.STRING, "value": value}
        for name in ("key", "property")
    )
    return shapes.any_of(*(shapes.closed(properties, properties) for properties in spelt))
