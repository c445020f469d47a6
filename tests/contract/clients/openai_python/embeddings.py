"""client.embeddings. What a client asks for by default is base64, which it decodes."""

import base64
import math
import struct
from typing import Any

from tests.contract.clients.checks import Checks, row
from tests.contract.clients.openai_python.given import PUFFINS, WOMBATS, Given

CHECKS: Checks = {}
TEXTS = [WOMBATS.decode(), PUFFINS.decode()]


def embedded(given: Given, **options: Any) -> Any:
    """Embed TEXTS leniently, since the library's strict types refuse the base64 that it decodes."""
    lenient = given.made(_strict_response_validation=False)
    return lenient.embeddings.create(input=TEXTS, model=given.model, **options)


def unpacked(text: str) -> list[float]:
    return [number for (number,) in struct.iter_unpack("<f", base64.b64decode(text))]


def close(left: list[float], right: list[float]) -> bool:
    pairs = zip(left, right, strict=True)
    return all(math.isclose(one, other, abs_tol=1e-6) for one, other in pairs)


@row(CHECKS, "embeddings.create")
def create(given: Given) -> None:
    answer = embedded(given)

    assert (answer.object, answer.model) == ("list", given.model)
    numbered = [(each.object, each.index) for each in answer.data]
    assert numbered == [("embedding", 0), ("embedding", 1)]
    assert 0 < answer.usage.prompt_tokens == answer.usage.total_tokens
    first, second = (each.embedding for each in answer.data)
    assert {type(number) for number in first} == {float}
    assert math.isclose(math.hypot(*first), 1, abs_tol=1e-3)
    assert not close(first, second)


@row(CHECKS, "embeddings.create(encoding_format)")
def create_as_float_and_as_base64(given: Given) -> None:
    by_default = embedded(given).data

    as_base64 = embedded(given, encoding_format="base64").data
    as_float = given.client.embeddings.create(
        input=TEXTS, model=given.model, encoding_format="float"
    ).data

    for default, text, numbers in zip(by_default, as_base64, as_float, strict=True):
        assert close(default.embedding, numbers.embedding)
        assert close(unpacked(text.embedding), numbers.embedding)
