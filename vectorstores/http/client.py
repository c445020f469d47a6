"""A service that is asked by `POST` of JSON, and what its answers mean:

    200 with what was asked for       done
    408 409 424 425 429 and 5xx       Unavailable, with the service's own Retry-After
    no answer, or none in time        Unavailable
    200 with anything else            Unavailable: what answers there is no such service, or a
                                      proxy that has something else to say for a while
    401 403                           Misconfigured
    30x 404 405                       Misconfigured: no such address, or no such model
    any other status                  Refused

424 is what Hugging Face's text-embeddings-inference says when its own backend fails. Nothing is
retried here: the caller knows how long it may wait.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, TypeVar

import httpx

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable
from vectorstores.http.reason import read_reason
from vectorstores.http.retry_after import retry_after

NOT_NOW = frozenset({408, 409, 424, 425, 429})  # and 500 and above
NOT_HERE = frozenset({301, 302, 303, 307, 308, 404, 405})

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class SettingNames:
    """What an operator would have to change, as a sentence ends with it."""

    url: str
    key: str
    url_and_model: str
    example: str  # of the address


class Service:
    """One address. Who derives from this says whose it is, and what its failures are called."""

    name: ClassVar[str]
    settings: ClassVar[SettingNames]
    unavailable: ClassVar[type[Unavailable]]
    refused: ClassVar[type[Refused]]
    misconfigured: ClassVar[type[Misconfigured]]
    garbled_brief: ClassVar[str] = "it answers something else"

    def __init__(self, url: str, key: str, *, timeout: float) -> None:
        """`timeout` is the longest silence in seconds, for connecting and for answering.

        Raises `misconfigured` for an address or a key that cannot be one.
        """
        self._url = self._address(url)
        self._key = self._header_value(key)
        self._timeout = timeout
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=timeout,
            # A TLS handshake per search would double its time, so idle connections are kept.
            limits=httpx.Limits(keepalive_expiry=30),
        )

    def __str__(self) -> str:
        return f"{self.name} at {self._url.host}"

    def close(self) -> None:
        self._client.close()

    def ask(
        self,
        body: dict[str, object],
        read: Callable[[bytes], Answer],
        *,
        timeout: float | None = None,
    ) -> Answer:
        """What `read` makes of the answer. It raises ValueError, worded to follow "but", for
        one that is none. `timeout` is for this request alone."""
        response = self._post(body, self._timeout if timeout is None else timeout)
        if response.status_code != httpx.codes.OK:
            raise self._failure(response)
        try:
            return read(response.content)
        except ValueError as error:
            raise self._garbled(f"200, but {error}") from error

    def _post(self, body: dict[str, object], timeout: float) -> httpx.Response:
        try:
            return self._client.post(self._url, json=body, timeout=timeout)
        except httpx.TimeoutException as error:
            raise self.unavailable(
                f"{self} did not answer within {round(timeout, 2):g} seconds.",
                brief="it does not answer in time",
            ) from error
        except httpx.TransportError as error:
            raise self.unavailable(
                f"{self} cannot be reached: {error}.", brief="it cannot be reached"
            ) from error
        except httpx.DecodingError as error:
            raise self._garbled("garbled data") from error

    def _garbled(self, what: str) -> Unavailable:
        return self.unavailable(f"{self} answered {what}.", brief=self.garbled_brief)

    def _failure(self, response: httpx.Response) -> RemoteError:
        status = response.status_code
        if status in (401, 403):  # the reason given may quote parts of the key
            return self.misconfigured(
                f"{self} did not accept the key ({status}): check {self.settings.key}.",
                brief="it does not accept the key",
            )
        reason = read_reason(response.content, secret=self._key)
        message, brief = f"{self} answered {status}: {reason}", f"it answers {status}"
        if status in NOT_NOW or status >= 500:
            wish = retry_after(response.headers, now=datetime.now(UTC))
            return self.unavailable(message, brief=brief, retry_after=wish)
        if status in NOT_HERE:
            check = f"Check {self.settings.url_and_model}."
            return self.misconfigured(f"{message} {check}", brief=brief)
        return self.refused(message, brief=brief, status=status)

    def _address(self, text: str) -> httpx.URL:
        try:
            url = httpx.URL(text)
        except httpx.InvalidURL as error:
            message = f"{_subject(self.settings.url)} is not an address: {error}."
            raise self._mistake(message) from error
        if url.scheme not in ("http", "https") or not url.host:
            raise self._mistake(
                f"{_subject(self.settings.url)} must start with http:// or https:// and name a "
                f"host, like {self.settings.example}."
            )
        return url

    def _header_value(self, text: str) -> str:
        key = text.strip()
        if not (key.isascii() and key.isprintable()):
            raise self._mistake(
                f"{_subject(self.settings.key)} contains a character that no HTTP header may "
                "hold: copy the key again."
            )
        return key

    def _mistake(self, message: str) -> Misconfigured:
        return self.misconfigured(message, brief="its settings do not fit")


def _subject(names: str) -> str:
    """As a sentence begins with it: "A, or B, is…"."""
    return f"{names}," if ", or " in names else names
