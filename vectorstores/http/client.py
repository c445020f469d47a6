"""A service that is called by `POST` of JSON, and what its answers mean:

    200 with what was asked for       done
    408 409 424 425 429 and 5xx       Unavailable, with the service's own Retry-After
    no answer, or none in time        Unavailable
    200 with anything else            Unavailable: what answers there is no such service, or a
                                      proxy that has something else to say for a while
    401 403                           Misconfigured
    30x 404 405                       Misconfigured: no such address, or no such model
    any other status                  Refused

Hugging Face's text-embeddings-inference answers 424 when its own backend fails. Nothing is retried
here, because only the caller knows how long it may wait.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar, TypeVar

import httpx

from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable

NOT_NOW = frozenset({408, 409, 424, 425, 429})  # and 500 and above
NOT_HERE = frozenset({301, 302, 303, 307, 308, 404, 405})

LONGEST_REASON = 200  # characters

LONGEST_WAIT = 600.0
"""Seconds. A service that asks for more is called again earlier, because its header may be wrong
and must not park a file for a day."""

# Control characters and lone surrogates, which JSON's escapes bring in: logs, Redis and Postgres
# cannot hold all of them.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class SettingNames:
    """The settings an operator would have to change, as a sentence ends with them."""

    url: str
    key: str
    url_and_model: str
    example: str  # of the address


class HttpService:
    """One address. A subclass says whose it is, and may have errors of its own."""

    name: ClassVar[str]
    settings: ClassVar[SettingNames]
    unavailable: ClassVar[type[Unavailable]] = Unavailable
    refused: ClassVar[type[Refused]] = Refused
    misconfigured: ClassVar[type[Misconfigured]] = Misconfigured
    garbled_brief: ClassVar[str] = "it answers something else"

    def __init__(self, url: str, key: str, *, timeout: float) -> None:
        """Prepare a client. `timeout` is the longest silence in seconds, to connect or to answer.

        Raise `misconfigured` for an address or a key that cannot be one.
        """
        self._url = self._address(url)
        self._key = self._header_value(key)
        self._timeout = timeout
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=timeout,
            # Idle connections are kept, because a TLS handshake per search would double its time.
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
        """Return what `read` makes of the answer, within `timeout` seconds for this request.

        `read` raises ValueError, worded to follow "but", for an answer that is none. Raises
        `unavailable`, `refused` or `misconfigured`.
        """
        timeout = self._timeout if timeout is None else timeout
        try:
            response = self._client.post(self._url, json=body, timeout=timeout)
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
        if response.status_code != httpx.codes.OK:
            raise self._failure(response)
        try:
            return read(response.content)
        except ValueError as error:
            raise self._garbled(f"200, but {error}") from error

    def _garbled(self, what: str) -> Unavailable:
        return self.unavailable(f"{self} answered {what}.", brief=self.garbled_brief)

    def _failure(self, response: httpx.Response) -> RemoteError:
        """Return the error that the table above has for the response's status."""
        status = response.status_code
        if status in (401, 403):  # without the service's reason, which may quote parts of the key
            return self.misconfigured(
                f"{self} did not accept the key ({status}): check {self.settings.key}.",
                brief="it does not accept the key",
            )
        reason = read_reason(response.content, secret=self._key)
        message, brief = f"{self} answered {status}: {reason}", f"it answers {status}"
        if status in NOT_NOW or status >= 500:
            wait = read_retry_after(response.headers, now=datetime.now(UTC))
            return self.unavailable(message, brief=brief, retry_after=wait)
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
    """Return the names as a sentence begins with them: "A, or B, is…"."""
    return f"{names}," if ", or " in names else names


def read_reason(body: bytes, *, secret: str) -> str:
    """Return in one line why the service failed, from the usual places of a body or all of it.

    `secret` is redacted, because services quote keys that they do not know.
    """
    try:
        reason = json.loads(body)
    except (ValueError, RecursionError):
        reason = body.decode(errors="replace")
    for key in ("error", "message", "detail"):
        if isinstance(reason, dict) and reason.get(key):
            reason = reason[key]
    line = " ".join(_NOT_TEXT.sub(" ", str(reason)).split())
    if secret:
        line = line.replace(secret, "***")
    return line[:LONGEST_REASON] or "no reason given"


def read_retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return the seconds to wait, from 0 to LONGEST_WAIT, or None without a header to read.

    The header is `retry-after-ms` or `retry-after` (RFC 9110 §10.2.3): seconds, or a date.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    value = headers.get("retry-after")
    seconds = _number(value) if milliseconds is None else milliseconds / 1000
    if seconds is None:
        try:
            moment = parsedate_to_datetime(value or "")
        except ValueError:
            return None
        # An HTTP date is always GMT; one that says "-0000" is parsed without a zone.
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
