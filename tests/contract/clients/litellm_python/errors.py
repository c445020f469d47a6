"""The errors that LiteLLM raises, with every provider."""

import litellm
from litellm.vector_stores import main as vector_stores

from tests.contract.clients.checks import Checks, raises, row
from tests.contract.clients.litellm_python.given import Given

CHECKS: Checks = {}


@row(CHECKS, "NotFoundError")
def not_found(given: Given) -> None:
    nobodys = "vs_" + "0" * 32

    with raises(litellm.NotFoundError) as refused:
        vector_stores.retrieve(vector_store_id=nobodys, **given.options)

    assert refused.exception.status_code == 404
    assert f"No vector store found with id '{nobodys}'." in str(refused.exception)


@row(CHECKS, "BadRequestError")
def bad_request(given: Given) -> None:
    with raises(litellm.BadRequestError) as refused:
        given.store(metadata={"key": "v" * 513})

    assert refused.exception.status_code == 400
    assert '"param":"metadata.key","code":"string_above_max_length"' in str(refused.exception)


@row(CHECKS, "AuthenticationError")
def authentication(given: Given) -> None:
    with raises(litellm.AuthenticationError) as refused:
        vector_stores.create(**{**given.options, "api_key": "sk-nobody-knows-this-one"})

    assert refused.exception.status_code == 401
    assert "Incorrect API key provided" in str(refused.exception)
    assert "sk-nobody-knows-this-one" not in str(refused.exception)
