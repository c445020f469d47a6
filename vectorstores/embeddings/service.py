"""A service that speaks OpenAI's `POST /embeddings`, and what its answers mean:

    200 with the right vectors        done
    413                               TooLarge: fewer inputs at once may do
    408 409 424 425 429 and 5xx       EmbeddingUnavailable, with the service's own Retry-After
    no answer, or none in time        EmbeddingUnavailable
    200 with anything else            EmbeddingUnavailable: what answers there is no such service,
                                      or a proxy that has something else to say for a while
    401 403                           EmbedderMisconfigured: files wait for a key that is accepted
    30x 404 405                       EmbedderMisconfigured: no such address, or no such model
    any other status                  EmbeddingRefused

413 and 424 are here for Hugging Face's text-embeddings-inference, which says 413 to more texts
than it takes at once and 424 when its own backend fails. Nothing is retried here: the caller
knows how long it may hold what it is working on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import httpx

from vectorstores.embeddings.answers import Answer, read_answer, read_reason
from vectorstores.embeddings.errors import (
    EmbedderMisconfigured,
    EmbeddingError,
    EmbeddingRefused,
    EmbeddingUnavailable,
)
from vectorstores.embeddings.inputs import Input
from vectorstores.embeddings.retry_after import retry_after

NOT_NOW = frozenset({408, 409, 424, 425, 429})  # and 500 and above
NOT_HERE = frozenset({301, 302, 303, 307, 308, 404, 405})


class TooLarge(EmbeddingRefused):
    """The service takes fewer inputs, or fewer bytes, at once."""


class EmbeddingService:
    def __init__(self, base_url: str, api_key: str, *, timeout: float) -> None:
        """`timeout` is the longest silence in seconds, for connecting and for answering.

        Raises EmbedderMisconfigured for an address or a key that cannot be one.
        """
        self._url = _endpoint(base_url)
        self._key = _header_value(api_key)
        self._timeout = timeout
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=timeout,
            # A TLS handshake per search would double its time, so idle connections are kept.
            limits=httpx.Limits(keepalive_expiry=30),
        )

    def __str__(self) -> str:
        return f"The embedding service at {self.host}"

    @property
    def host(self) -> str:
        return self._url.host

    def close(self) -> None:
        self._client.close()

    def ask(
        self,
        inputs: Sequence[Input],
        *,
        model: str,
        dimensions: int | None,
        timeout: float | None = None,
    ) -> Answer:
        """Vectors of the model's own size, or of these `dimensions` if the service obeys.

        `timeout` is for this request alone.
        """
        body: dict[str, object] = {
            "model": model,
            "input": list(inputs),
            "encoding_format": "base64",  # a quarter of the bytes of decimal numbers
        }
        if dimensions is not None:
            body["dimensions"] = dimensions
        response = self._post(body, self._timeout if timeout is None else timeout)
        if response.status_code != httpx.codes.OK:
            raise self._failure(response)
        try:
            return read_answer(response.content, count=len(inputs))
        except ValueError as error:
            raise self._garbled(f"200, but {error}") from error

    def _post(self, body: dict[str, object], timeout: float) -> httpx.Response:
        try:
            return self._client.post(self._url, json=body, timeout=timeout)
        except httpx.TimeoutException as error:
            raise EmbeddingUnavailable(
                f"{self} did not answer within {timeout:g} seconds.",
                brief="it does not answer in time",
            ) from error
        except httpx.TransportError as error:
            raise EmbeddingUnavailable(
                f"{self} cannot be reached: {error}.", brief="it cannot be reached"
            ) from error
        except httpx.DecodingError as error:
            raise self._garbled("garbled data") from error

    def _garbled(self, what: str) -> EmbeddingUnavailable:
        return EmbeddingUnavailable(f"{self} answered {what}.", brief="it answers no embeddings")

    def _failure(self, response: httpx.Response) -> EmbeddingError:
        status = response.status_code
        if status in (401, 403):  # the reason given may quote parts of the key
            return EmbedderMisconfigured(
                f"{self} did not accept the key ({status}): check EMBEDDING_API_KEY.",
                brief="it does not accept the key",
            )
        reason = read_reason(response.content, secret=self._key)
        message, brief = f"{self} answered {status}: {reason}", f"it answers {status}"
        if status in NOT_NOW or status >= 500:
            wish = retry_after(response.headers, now=datetime.now(UTC))
            return EmbeddingUnavailable(message, wish, brief=brief)
        if status in NOT_HERE:
            message = f"{message} Check EMBEDDING_BASE_URL and EMBEDDING_MODEL."
            return EmbedderMisconfigured(message, brief=brief)
        return (TooLarge if status == 413 else EmbeddingRefused)(message)


def _endpoint(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url.rstrip("/") + "/embeddings")
    except httpx.InvalidURL as error:
        raise EmbedderMisconfigured(f"EMBEDDING_BASE_URL is not an address: {error}.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise EmbedderMisconfigured(
            "EMBEDDING_BASE_URL must start with http:// or https:// and name a host, "
            "like https://api.openai.com/v1."
        )
    return url


def _header_value(api_key: str) -> str:
    key = api_key.strip()
    if not (key.isascii() and key.isprintable()):
        raise EmbedderMisconfigured(
            "EMBEDDING_API_KEY contains a character that no HTTP header may hold: "
            "copy the key again."
        )
    return key
