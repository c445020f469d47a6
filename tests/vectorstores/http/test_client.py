"""The meaning of a service's answers, which a subclass may give errors of its own."""

import json
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.vectorstores.http.server import Answer, Asked, StubServer, answer_json, serving
from vectorstores.http.client import HttpService, SettingNames
from vectorstores.http.errors import Misconfigured, Refused, RemoteError, Unavailable

KEY = "sk-test-0123456789abcdef"

Connect = Callable[..., HttpService]


class OursUnavailable(Unavailable):
    pass


class OursRefused(Refused):
    pass


class OursMisconfigured(Misconfigured):
    pass


class Ours(HttpService):
    name = "The helper"
    settings = SettingNames(
        url="HELP_URL",
        key="HELP_KEY",
        url_and_model="HELP_URL and HELP_MODEL",
        example="http://helper/help",
    )
    unavailable = OursUnavailable
    refused = OursRefused
    misconfigured = OursMisconfigured


@pytest.fixture
def server() -> Iterator[StubServer]:
    with serving(StubServer(lambda _: answer_json({"help": 7}))) as server:
        yield server


@pytest.fixture
def connect(server: StubServer) -> Iterator[Connect]:
    made: list[HttpService] = []

    def connect(url: str = server.base_url, key: str = KEY, timeout: float = 5.0) -> HttpService:
        made.append(Ours(url, key, timeout=timeout))
        return made[-1]

    yield connect
    for service in made:
        service.close()


def ask(service: HttpService) -> int:
    return service.ask({"question": "é"}, read)


def read(body: bytes) -> int:
    try:
        return int(json.loads(body)["help"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not with help") from error


def test_it_is_asked_at_its_whole_address_with_the_key(server: StubServer, connect: Connect):
    answer = ask(connect(f"{server.base_url}/a/b?c=d"))

    (asked,) = server.asked
    assert answer == 7
    assert asked.path == "/v1/a/b?c=d"
    assert asked.body == {"question": "é"}
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(server: StubServer, connect: Connect):
    ask(connect(key=" "))

    assert "authorization" not in server.asked[0].headers


def test_connections_are_kept(server: StubServer, connect: Connect):
    service = connect()

    for _ in range(3):
        ask(service)

    assert len({asked.connection for asked in server.asked}) == 1


@pytest.mark.parametrize("status", [408, 409, 424, 425, 429, 500, 502, 503, 529])
def test_some_statuses_can_be_tried_again(server: StubServer, connect: Connect, status: int):
    server.answer = lambda _: answer_json({"error": {"message": "overloaded"}}, status)

    with pytest.raises(OursUnavailable) as caught:
        ask(connect())

    assert str(caught.value) == f"The helper at 127.0.0.1 answered {status}: overloaded"
    assert caught.value.brief == f"it answers {status}"
    assert caught.value.retry_after is None


def test_its_retry_after_is_reported(server: StubServer, connect: Connect):
    server.answer = lambda _: answer_json({}, 429, retry_after="7")

    with pytest.raises(OursUnavailable) as caught:
        ask(connect())

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("status", [301, 307, 404, 405])
def test_some_statuses_mean_the_settings_are_wrong(
    server: StubServer, connect: Connect, status: int
):
    server.answer = lambda _: answer_json({"message": "no such model"}, status)

    with pytest.raises(OursMisconfigured) as caught:
        ask(connect())

    assert str(caught.value) == (
        f"The helper at 127.0.0.1 answered {status}: no such model Check HELP_URL and HELP_MODEL."
    )
    assert len(server.asked) == 1  # and no redirect is followed


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_is_not_repeated(
    server: StubServer, connect: Connect, status: int
):
    server.answer = lambda _: answer_json({"error": f"unknown key {KEY[:9]}"}, status)

    with pytest.raises(OursMisconfigured) as caught:
        ask(connect())

    assert str(caught.value) == (
        f"The helper at 127.0.0.1 did not accept the key ({status}): check HELP_KEY."
    )


@pytest.mark.parametrize("status", [400, 413, 422, 204, 418])
def test_any_other_status_is_a_refusal(server: StubServer, connect: Connect, status: int):
    server.answer = lambda _: (
        Answer(204) if status == 204 else answer_json({"detail": f"not with {KEY}"}, status)
    )

    with pytest.raises(OursRefused) as caught:
        ask(connect())

    assert caught.value.status == status
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "body", [b"", b"<html>Welcome</html>", b'{"help": "no"}', b'{"help": null}', b"\xff"]
)
def test_an_unreadable_answer_can_be_tried_again(server: StubServer, connect: Connect, body: bytes):
    server.answer = lambda _: Answer(200, body)

    with pytest.raises(OursUnavailable) as caught:
        ask(connect())

    assert str(caught.value) == "The helper at 127.0.0.1 answered 200, but not with help."
    assert caught.value.brief == "it answers something else"


def test_garbled_data_can_be_tried_again(server: StubServer, connect: Connect):
    server.answer = lambda _: Answer(200, b"no gzip", {"Content-Encoding": "gzip"})

    with pytest.raises(OursUnavailable, match=r"answered garbled data\.$"):
        ask(connect())


def test_a_timeout_can_be_tried_again(server: StubServer, connect: Connect):
    server.silent = True

    with pytest.raises(OursUnavailable) as caught:
        ask(connect(timeout=0.1))

    assert str(caught.value) == "The helper at 127.0.0.1 did not answer within 0.1 seconds."
    assert caught.value.brief == "it does not answer in time"


def test_a_dropped_connection_can_be_tried_again(server: StubServer, connect: Connect):
    server.silent = True
    server.closing.set()

    with pytest.raises(OursUnavailable, match=r"^The helper at 127\.0\.0\.1 cannot be reached: "):
        ask(connect())


def test_a_refused_connection_can_be_tried_again(connect: Connect):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound and never listening, so surely refused
        service = connect(f"http://127.0.0.1:{silent.getsockname()[1]}/help")

        with pytest.raises(OursUnavailable) as caught:
            ask(service)

    assert caught.value.brief == "it cannot be reached"


@pytest.mark.parametrize("status", [401, 404, 400, 500])
def test_the_brief_reason_names_no_host_and_quotes_nothing(
    server: StubServer, connect: Connect, status: int
):
    server.answer = lambda _: answer_json({"error": "of 10.0.0.7, the text one"}, status)

    with pytest.raises(RemoteError) as caught:
        ask(connect())

    assert caught.value.brief in ("it does not accept the key", f"it answers {status}")


@pytest.mark.parametrize("address", ["", "helper/help", "ftp://host/help", "http:///help"])
def test_a_malformed_address_is_reported_by_its_setting(connect: Connect, address: str):
    with pytest.raises(OursMisconfigured) as caught:
        connect(address)

    assert str(caught.value) == (
        "HELP_URL must start with http:// or https:// and name a host, like http://helper/help."
    )


def test_an_address_that_cannot_be_read_says_why(connect: Connect):
    with pytest.raises(OursMisconfigured, match=r"^HELP_URL is not an address: "):
        connect("http://host:port/help")


@pytest.mark.parametrize("key", ["sk-\nsecret", "sk-s\u0435cret"])
def test_a_key_that_no_header_can_hold_is_not_repeated(connect: Connect, key: str):
    with pytest.raises(OursMisconfigured) as caught:
        connect(key=key)

    assert str(caught.value) == (
        "HELP_KEY contains a character that no HTTP header may hold: copy the key again."
    )


def test_a_question_with_a_lone_surrogate_is_never_sent(server: StubServer, connect: Connect):
    with pytest.raises(UnicodeEncodeError):
        connect().ask({"question": "\ud800"}, read)

    assert server.asked == []


def test_the_reader_gets_the_bytes_of_the_answer(server: StubServer, connect: Connect):
    def answer(asked: Asked) -> Answer:
        return Answer(200, asked.body["question"].encode())

    server.answer = answer

    assert connect().ask({"question": "é"}, bytes) == "é".encode()
