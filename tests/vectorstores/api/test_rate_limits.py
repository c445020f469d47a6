"""Rate limits: the requests that count, the headers of responses, and refusals."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.utils import timezone

from tests.client import ApiClient
from tests.factories import FileFactory, StoreFileFactory, VectorStoreFactory
from tests.live import free_port
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.api.parts import create_upload
from tests.vectorstores.api.uploads import upload
from vectorstores import ratelimits, services
from vectorstores.api.views.viewsets import duration
from vectorstores.breakers.cooldown import Cooldown
from vectorstores.breakers.redis_script import RedisScript
from vectorstores.models import File, VectorStore, VectorStoreFile

Ask = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stop the clock, and return a function that advances it by some seconds."""
    clock = [datetime(2026, 7, 1, 12, tzinfo=UTC)]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])

    def wait_(seconds: str) -> None:
        clock[0] += timedelta(seconds=int(seconds))

    return wait_


@pytest.fixture
def attach(api: ApiClient, project, store: VectorStore) -> Ask:
    def ask(to: VectorStore = store) -> HttpResponse:
        body = {"file_id": FileFactory(project=project).public_id}
        return api.post(f"/v1/vector_stores/{to.public_id}/files", body)

    return ask


@pytest.fixture
def attach_batch(api: ApiClient, project, store: VectorStore) -> Ask:
    def ask(size: int) -> HttpResponse:
        ids = [file.public_id for file in FileFactory.create_batch(size, project=project)]
        url = f"/v1/vector_stores/{store.public_id}/file_batches"
        return api.post(url, {"file_ids": ids})

    return ask


def limits(response: HttpResponse) -> tuple[str, ...]:
    names = ("limit", "remaining", "reset")
    return tuple(response[f"x-ratelimit-{name}-requests"] for name in names)


def test_responses_to_limited_requests_state_the_limit(api, attach, attach_batch):
    assert limits(upload(api)) == ("1000", "999", "60ms")
    assert limits(create_upload(api)) == ("1000", "998", "120ms")
    assert limits(attach()) == ("300", "299", "200ms")
    assert limits(attach_batch(2)) == ("300", "298", "400ms")


def test_responses_to_other_requests_state_no_limit(api, store):
    file_id = StoreFileFactory(vector_store=store).file.public_id
    url = f"/v1/vector_stores/{store.public_id}"

    for response in (
        api.get("/v1/files"),
        api.get(f"{url}/files/{file_id}"),
        api.post(f"{url}/files/{file_id}", {"attributes": {}}),
        api.post(f"{url}/search", {"query": "wombats"}),
        api.post("/v1/vector_stores", {}),
    ):
        ok(response)
        assert not [name for name in response.headers if "ratelimit" in name.lower()]


def test_a_request_above_the_limit_is_refused_with_a_retry_after(settings, attach, store):
    settings.ATTACH_REQUESTS_PER_MINUTE = 4
    for _ in range(4):
        ok(attach())

    response = attach()

    message = refused(response, 429, code="rate_limit_exceeded")
    assert message == (
        f"Rate limit reached for vector store {store.public_id} on requests per min. "
        "Limit: 4 / min. Please try again in 15s."
    )
    assert response["retry-after"] == "15"
    assert limits(response) == ("4", "0", "1m0s")
    assert store.store_files.count() == 4


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_a_client_that_waits_for_retry_after_succeeds(settings, attach, wait, limit):
    settings.ATTACH_REQUESTS_PER_MINUTE = limit
    answers = [attach() for _ in range(limit + 1)]
    refusal = answers[-1]
    assert refusal.status_code == 429
    assert 1 <= int(refusal["retry-after"]) <= 60

    wait(refusal["retry-after"])

    ok(attach())


def test_files_and_batches_share_the_limit_of_their_store(settings, project, attach, attach_batch):
    settings.ATTACH_REQUESTS_PER_MINUTE = 2
    ok(attach())
    ok(attach_batch(3))

    assert attach().status_code == attach_batch(1).status_code == 429
    ok(attach(VectorStoreFactory(project=project)))


def test_files_and_uploads_share_the_limit_of_their_project(settings, api, stranger):
    settings.UPLOADS_PER_MINUTE = 2
    ok(upload(api))
    ok(create_upload(api))

    message = refused(upload(api), 429, code="rate_limit_exceeded")

    assert message.endswith("on requests per min. Limit: 2 / min. Please try again in 30s.")
    assert create_upload(api).status_code == 429
    assert File.objects.count() == 1
    ok(upload(stranger))


def test_attached_files_count_in_every_way_of_attaching(
    settings, api, project, attach, attach_batch
):
    settings.ATTACHED_FILES_PER_MINUTE = 10
    ids = [file.public_id for file in FileFactory.create_batch(4, project=project)]
    ok(attach())
    ok(attach_batch(5))

    made = api.post("/v1/vector_stores", {"file_ids": ids})
    refusal = api.post("/v1/vector_stores", {"file_ids": ids[:1]})

    assert limits(made) == ("10", "0", "1m0s")
    message = refused(refusal, 429, code="rate_limit_exceeded")
    assert message == (
        f"Rate limit reached for project {project.name} on attached files per min. "
        "Limit: 10 / min. Please try again in 6s."
    )
    assert VectorStore.objects.filter(project=project).count() == 2
    assert VectorStoreFile.objects.count() == 10


def test_a_refused_batch_counts_neither_as_a_request_nor_by_its_files(
    settings, attach, attach_batch
):
    settings.ATTACHED_FILES_PER_MINUTE = 5
    ok(attach_batch(3))
    for _ in range(3):
        assert limits(attach_batch(3)) == ("5", "2", "36s")

    response = attach()

    assert limits(response) == ("300", "298", "400ms")
    ok(response)


def test_a_batch_can_be_larger_than_the_limit(settings, attach, attach_batch, wait):
    settings.ATTACHED_FILES_PER_MINUTE = 5

    ok(attach_batch(12))

    refusal = attach()
    assert refusal["retry-after"] == "12"
    wait("60")
    ok(attach_batch(12))


def test_a_file_named_twice_counts_once(settings, api, project, store):
    settings.ATTACHED_FILES_PER_MINUTE = 2
    ids = [file.public_id for file in FileFactory.create_batch(2, project=project)]

    response = api.post(f"/v1/vector_stores/{store.public_id}/file_batches", {"file_ids": ids * 5})

    ok(response)


def test_files_that_cannot_be_attached_do_not_count(settings, api, store, attach_batch):
    settings.ATTACHED_FILES_PER_MINUTE = 3
    url = f"/v1/vector_stores/{store.public_id}"
    unknown = UNKNOWN_FILE[:-1]

    refused(
        api.post(f"{url}/file_batches", {"file_ids": [unknown + n for n in "123"]}),
        404,
        param="file_id",
    )
    refused(api.post("/v1/vector_stores", {"file_ids": [UNKNOWN_FILE]}), 404, param="file_id")
    response = api.post(f"{url}/files", {"file_id": UNKNOWN_FILE})

    refused(response, 404, param="file_id")
    assert limits(response) == ("300", "298", "400ms")
    ok(attach_batch(3))


def test_files_do_not_count_if_the_server_fails(settings, attach_batch, monkeypatch):
    settings.ATTACHED_FILES_PER_MINUTE = 3

    def fail(**_: object) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as broken:
        broken.setattr(services, "attach_batch", fail)
        refused(attach_batch(3), 503)

    ok(attach_batch(3))


def test_an_invalid_request_does_not_count(settings, api, store, attach):
    settings.ATTACH_REQUESTS_PER_MINUTE = 1

    refused(
        api.post(f"/v1/vector_stores/{store.public_id}/files", {}),
        code="missing_required_parameter",
        param="file_id",
    )

    ok(attach())


def test_limits_can_be_turned_off(settings, api, attach):
    settings.RATE_LIMITS = False
    settings.UPLOADS_PER_MINUTE = settings.ATTACH_REQUESTS_PER_MINUTE = 1

    for response in (upload(api), upload(api), attach(), attach()):
        ok(response)
        assert "x-ratelimit-limit-requests" not in response


def test_without_redis_nothing_is_limited(settings, api, attach, monkeypatch):
    monkeypatch.setattr(
        ratelimits, "script", RedisScript(ratelimits.TAKE, Cooldown(**ratelimits.LINES))
    )
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.UPLOADS_PER_MINUTE = settings.ATTACH_REQUESTS_PER_MINUTE = 1

    for response in (upload(api), upload(api), attach(), attach()):
        ok(response)
        assert "x-ratelimit-limit-requests" not in response


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0s"),
        (0.001, "1ms"),
        (0.12, "120ms"),
        (1, "1s"),
        (8.64, "8.64s"),
        (59.999, "59.999s"),
        (60, "1m0s"),
    ],
)
def test_a_duration_is_formatted_as_go_does(seconds, expected):
    assert duration(seconds) == expected
