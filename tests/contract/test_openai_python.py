"""The newest `openai` package, unchanged, against a live server and worker."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types import VectorStore

WOMBATS = b"Wombats dig long burrows and leave cubes behind."
PUFFINS = b"Puffins carry a dozen fish in one beak."


def upload(client: OpenAI, name: str = "notes.txt", content: bytes = WOMBATS) -> str:
    return client.files.create(file=(name, content), purpose="assistants").id


# --- files ------------------------------------------------------------------------------------


def body(error: pytest.ExceptionInfo[openai.APIStatusError]) -> Any:
    """Return the error's JSON, which the client keeps as an object of any type."""
    return error.value.body


def test_a_file_is_created_retrieved_listed_and_deleted(client):
    created = client.files.create(file=("wombats.txt", WOMBATS), purpose="assistants")

    retrieved = client.files.retrieve(created.id)
    listed = [file.id for file in client.files.list(purpose="assistants")]
    deleted = client.files.delete(created.id)

    assert (created.filename, created.bytes, created.status) == (
        "wombats.txt",
        len(WOMBATS),
        "processed",
    )
    assert retrieved == created
    assert created.id in listed
    assert deleted.deleted
    with pytest.raises(openai.NotFoundError) as error:
        client.files.retrieve(created.id)
    assert body(error)["message"] == f"No such File object: {created.id}"


def test_a_files_bytes_come_back_as_they_went_in(client):
    content = bytes(range(256)) * 5000

    file = client.files.create(file=("all.bin", content), purpose="user_data")

    assert client.files.content(file.id).read() == content


def test_waiting_for_processing_ends_at_once(client):
    file_id = upload(client)

    assert client.files.wait_for_processing(file_id).status == "processed"


# --- uploads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("part_size", [None, 7], ids=["in one part", "in many parts"])
def test_a_file_is_uploaded_in_chunks(client, part_size):
    upload = client.uploads.upload_file_chunked(
        file=WOMBATS,
        filename="wombats.txt",
        bytes=len(WOMBATS),
        mime_type="text/plain",
        purpose="assistants",
        part_size=part_size,
        md5=hashlib.md5(WOMBATS).hexdigest(),
    )

    assert upload.status == "completed"
    assert upload.file == client.files.retrieve(upload.file.id)
    assert (upload.file.filename, upload.file.bytes) == ("wombats.txt", len(WOMBATS))
    assert client.files.content(upload.file.id).read() == WOMBATS


def test_an_empty_file_is_uploaded_in_chunks(client, tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()

    upload = client.uploads.upload_file_chunked(
        file=path, mime_type="text/plain", purpose="user_data"
    )

    assert (upload.file.filename, upload.file.bytes) == ("empty.txt", 0)


def test_parts_are_sent_in_parallel_and_joined_in_the_order_they_are_named(
    client, store: VectorStore
):
    numbers = range(40)
    pieces = [f"Wombat {number} digs long burrows. ".encode() * 500 for number in numbers]
    upload = client.uploads.create(
        filename="wombats.txt",
        purpose="assistants",
        bytes=sum(map(len, pieces)),
        mime_type="text/plain",
    )

    def send(number: int) -> tuple[int, str]:
        return number, client.uploads.parts.create(upload.id, data=pieces[number]).id

    with ThreadPoolExecutor(8) as threads:
        part_ids = dict(threads.map(send, reversed(numbers)))
    done = client.uploads.complete(upload.id, part_ids=[part_ids[number] for number in numbers])

    assert client.files.content(done.file.id).read() == b"".join(pieces)
    file = client.vector_stores.files.create_and_poll(done.file.id, vector_store_id=store.id)
    best, *_ = client.vector_stores.search(store.id, query="Wombat 17 digs long burrows.").data
    assert (file.status, best.file_id) == ("completed", done.file.id)
    assert "Wombat 17" in best.content[0].text


def test_an_upload_is_cancelled_and_takes_no_part_then(client):
    upload = client.uploads.create(
        filename="a.txt", purpose="assistants", bytes=5, mime_type="text/plain"
    )

    cancelled = client.uploads.cancel(upload.id)

    assert (upload.status, cancelled.status, cancelled.file) == ("pending", "cancelled", None)
    with pytest.raises(openai.BadRequestError) as error:
        client.uploads.parts.create(upload.id, data=b"12345")
    assert body(error)["message"] == f"Upload '{upload.id}' was cancelled."


def test_a_part_that_is_too_large_is_told_as_such(client):
    # Not as a connection that breaks while the client is still sending.
    upload = client.uploads.create(
        filename="a.txt", purpose="assistants", bytes=10**8, mime_type="text/plain"
    )

    with pytest.raises(openai.APIStatusError) as error:
        client.with_options(max_retries=0).uploads.parts.create(upload.id, data=bytes(10**8))

    assert error.value.status_code == 413
    assert body(error)["message"] == "A part has 67108864 bytes at most."


# --- vector stores ----------------------------------------------------------------------------


def test_a_store_is_created_retrieved_updated_and_deleted(client):
    created = client.vector_stores.create(
        name="Birds",
        metadata={"team": "zoo"},
        expires_after={"anchor": "last_active_at", "days": 7},
    )

    updated = client.vector_stores.update(created.id, name="Sea birds", metadata={"team": "sea"})
    retrieved = client.vector_stores.retrieve(created.id)
    deleted = client.vector_stores.delete(created.id)

    assert (created.status, created.file_counts.total) == ("completed", 0)
    assert created.expires_at == created.last_active_at + 7 * 86400
    assert (updated.name, updated.metadata) == ("Sea birds", {"team": "sea"})
    assert retrieved.name == "Sea birds"
    assert deleted.deleted
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.retrieve(created.id)


def test_iterating_lists_every_store_once(client):
    made = [client.vector_stores.create(name=f"page {number}").id for number in range(5)]

    seen = [store.id for store in client.vector_stores.list(limit=2)]

    assert [store_id for store_id in seen if store_id in made] == made[::-1]
    assert len(seen) == len(set(seen))
    for store_id in made:
        client.vector_stores.delete(store_id)


def test_a_store_created_with_files_ingests_them(client):
    store = client.vector_stores.create(file_ids=[upload(client)])

    (file,) = client.vector_stores.files.list(store.id).data
    done = client.vector_stores.files.poll(file.id, vector_store_id=store.id)

    assert done.status == "completed"
    client.vector_stores.delete(store.id)


def test_a_store_with_another_model_is_filled_and_searched_with_it(client):
    # Beyond OpenAI's API, as everything is sent that SDKs have no name for.
    store = client.vector_stores.create(extra_body={"embedding_model": "small words"})
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("wombats.txt", WOMBATS)
    )

    (hit,) = client.vector_stores.search(store.id, query="what do wombats dig").data

    assert store.model_extra["embedding_model"] == "small words"
    assert client.vector_stores.retrieve(store.id).model_extra["embedding_model"] == "small words"
    assert (file.status, hit.file_id) == ("completed", file.id)
    client.vector_stores.delete(store.id)


def test_a_store_has_the_default_model_unless_it_names_one(client, store: VectorStore):
    assert store.model_extra["embedding_model"] == "hashing"


def test_a_model_that_is_none_of_the_servers_is_refused_with_those_that_are(client):
    with pytest.raises(openai.BadRequestError) as error:
        client.vector_stores.create(extra_body={"embedding_model": "text-embedding-ada-002"})

    assert (error.value.code, error.value.param) == ("invalid_value", "embedding_model")
    assert body(error)["message"] == (
        "Invalid value: 'text-embedding-ada-002'. Supported values are: 'hashing' and "
        "'small words'."
    )


# --- files of a store -------------------------------------------------------------------------


def test_upload_and_poll_makes_a_file_searchable(client, store: VectorStore):
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("wombats.txt", WOMBATS), attributes={"animal": "wombat"}
    )

    (hit,) = client.vector_stores.search(store.id, query="what do wombats dig").data

    assert (file.status, file.last_error) == ("completed", None)
    assert file.usage_bytes > len(WOMBATS)
    assert (hit.file_id, hit.filename) == (file.id, "wombats.txt")
    assert hit.attributes == {"animal": "wombat"}
    assert hit.content[0].text == WOMBATS.decode()
    assert 0 < hit.score <= 1


def test_create_and_poll_uses_the_files_own_id(client, store: VectorStore):
    file_id = upload(client)

    polled = client.vector_stores.files.create_and_poll(file_id, vector_store_id=store.id)

    assert (polled.id, polled.status) == (file_id, "completed")


def test_an_unreadable_file_ends_failed_with_a_reason(client, store: VectorStore):
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("empty.txt", b"   ")
    )

    assert file.status == "failed"
    assert file.last_error is not None
    assert file.last_error.code == "invalid_file"
    assert "empty" in file.last_error.message


def test_updated_attributes_are_found_by_the_next_search(client, store: VectorStore):
    file_id = upload(client)
    client.vector_stores.files.create_and_poll(
        file_id, vector_store_id=store.id, attributes={"year": 1999}
    )

    client.vector_stores.files.update(
        file_id, vector_store_id=store.id, attributes={"year": 2026, "read": True}
    )

    only_new = {"type": "gte", "key": "year", "value": 2026}
    hits = client.vector_stores.search(store.id, query="wombats", filters=only_new).data
    assert [hit.attributes for hit in hits] == [{"year": 2026, "read": True}]


def test_a_detached_file_is_not_found_and_is_kept(client, store: VectorStore):
    file_id = upload(client)
    client.vector_stores.files.create_and_poll(file_id, vector_store_id=store.id)

    client.vector_stores.files.delete(file_id, vector_store_id=store.id)

    assert client.vector_stores.search(store.id, query="wombats").data == []
    assert client.files.retrieve(file_id).id == file_id
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.files.retrieve(file_id, vector_store_id=store.id)


def test_content_is_the_whole_text_in_order(client, store: VectorStore):
    text = " ".join(f"word{number}" for number in range(3000))
    file_id = upload(client, content=text.encode())
    client.vector_stores.files.create_and_poll(file_id, vector_store_id=store.id)

    page = client.vector_stores.files.content(file_id, vector_store_id=store.id)

    assert "".join(part.text or "" for part in page.data) == text


# --- batches ----------------------------------------------------------------------------------


def test_a_batch_uploads_polls_and_counts(client, store: VectorStore):
    files = [(f"note {number}.txt", WOMBATS + str(number).encode()) for number in range(12)]

    batch = client.vector_stores.file_batches.upload_and_poll(store.id, files=files)

    assert (batch.status, batch.file_counts.completed, batch.file_counts.total) == (
        "completed",
        12,
        12,
    )
    assert client.vector_stores.retrieve(store.id).file_counts.completed == 12


def test_a_batch_of_files_with_their_own_attributes(client, store: VectorStore):
    wombats, puffins = upload(client), upload(client, "puffins.txt", PUFFINS)

    batch = client.vector_stores.file_batches.create_and_poll(
        store.id,
        files=[
            {"file_id": wombats, "attributes": {"kind": "mammal"}},
            {"file_id": puffins, "attributes": {"kind": "bird"}},
        ],
    )

    birds = {"type": "eq", "key": "kind", "value": "bird"}
    hits = client.vector_stores.search(store.id, query="what do wombats dig", filters=birds).data
    assert batch.file_counts.completed == 2
    assert [hit.file_id for hit in hits] == [puffins]


def test_a_batch_names_its_failures(client, store: VectorStore):
    good, bad = upload(client), upload(client, "empty.md", b"\n")

    batch = client.vector_stores.file_batches.create_and_poll(store.id, file_ids=[good, bad])

    failed = client.vector_stores.file_batches.list_files(
        batch.id, vector_store_id=store.id, filter="failed"
    ).data
    assert (batch.status, batch.file_counts.failed) == ("completed", 1)
    assert [file.id for file in failed] == [bad]


def test_iterating_over_a_batchs_files_pages_through_all(client, store: VectorStore):
    ids = [upload(client, content=WOMBATS + str(number).encode()) for number in range(7)]
    batch = client.vector_stores.file_batches.create_and_poll(store.id, file_ids=ids)

    listed = client.vector_stores.file_batches.list_files(
        batch.id, vector_store_id=store.id, limit=3
    )

    assert sorted(file.id for file in listed) == sorted(ids)


def test_an_empty_batch_is_refused(client, store: VectorStore):
    with pytest.raises(openai.BadRequestError) as error:
        client.vector_stores.file_batches.upload_and_poll(store.id, files=[], file_ids=[])

    assert body(error)["param"] == "file_ids"


# --- search -----------------------------------------------------------------------------------


def test_several_questions_are_answered_together(client, store: VectorStore):
    for name, content in {"wombats.txt": WOMBATS, "puffins.txt": PUFFINS}.items():
        client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=(name, content))

    page = client.vector_stores.search(
        store.id, query=["long burrows", "fish in a beak"], max_num_results=2
    )

    assert {hit.filename for hit in page.data} == {"wombats.txt", "puffins.txt"}
    assert page.data[0].score >= page.data[1].score


def test_a_threshold_leaves_out_what_is_less_alike(client, store: VectorStore):
    for name, content in {"wombats.txt": WOMBATS, "puffins.txt": PUFFINS}.items():
        client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=(name, content))
    both = client.vector_stores.search(store.id, query=WOMBATS.decode()).data

    near = client.vector_stores.search(
        store.id, query=WOMBATS.decode(), ranking_options={"score_threshold": 0.9}
    ).data

    assert [hit.filename for hit in both] == ["wombats.txt", "puffins.txt"]
    assert [hit.filename for hit in near] == ["wombats.txt"]


# --- embeddings -------------------------------------------------------------------------------


def test_texts_become_vectors_of_unit_length(client):
    # The client asks for base64 unless told otherwise, and reads it.
    answer = client.embeddings.create(model="hashing", input=["wombats dig", "puffins fly"])

    wombats, puffins = (item.embedding for item in answer.data)
    assert [item.index for item in answer.data] == [0, 1]
    assert len(wombats) == len(puffins) == 256
    assert sum(number**2 for number in wombats) == pytest.approx(1)
    assert (answer.model, answer.usage.prompt_tokens, answer.usage.total_tokens) == (
        "hashing",
        4,
        4,
    )


def test_base64_and_floats_are_the_same_numbers(client):
    unspoken = client.embeddings.create(model="hashing", input="wombats dig")
    floats = client.embeddings.create(
        model="hashing", input="wombats dig", encoding_format="float", dimensions=256, user="u"
    )
    raw = client.embeddings.create(model="hashing", input="wombats dig", encoding_format="base64")

    assert unspoken.data[0].embedding == floats.data[0].embedding
    assert isinstance(raw.data[0].embedding, str)


def test_tokens_may_be_sent_instead_of_text(client):
    # As LangChain does, from a table that the web process has without a tokenizer.
    text = client.embeddings.create(model="hashing", input=["hello world"])
    tokens = client.embeddings.create(model="hashing", input=[[15339, 1917]])

    assert tokens == text


@pytest.mark.parametrize("name", ["text-embedding-ada-002", "words"])
def test_the_model_has_the_names_the_operator_gives_it(client, name: str):
    assert client.embeddings.create(model=name, input="wombats").model == "hashing"


def test_another_model_of_the_server_has_vectors_of_its_own(client):
    answer = client.embeddings.create(model="small words", input="wombats dig", dimensions=64)

    assert (answer.model, len(answer.data[0].embedding)) == ("small words", 64)


def test_a_model_of_another_name_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as error:
        client.embeddings.create(model="text-embedding-3-small", input="wombats")

    assert (error.value.code, error.value.param) == ("model_not_found", "model")


def test_an_input_that_is_refused_is_named(client):
    with pytest.raises(openai.BadRequestError) as error:
        client.embeddings.create(model="hashing", input=["wombats", ""])

    assert error.value.param == "input[1]"
    assert body(error)["message"] == "Invalid 'input[1]': input cannot be an empty string."


# --- errors and headers -----------------------------------------------------------------------


def test_a_wrong_key_is_an_authentication_error(live):
    stranger = OpenAI(base_url=live.url, api_key="sk-nobody-knows-this-one")

    with pytest.raises(openai.AuthenticationError) as error:
        stranger.vector_stores.list()

    assert error.value.code == "invalid_api_key"
    assert "sk-nobody-knows-this-one" not in str(error.value)


def test_errors_carry_code_param_and_request_id(client):
    with pytest.raises(openai.BadRequestError) as error:
        client.vector_stores.create(metadata={"k": "v" * 513})

    assert error.value.code == "string_above_max_length"
    assert error.value.param == "metadata.k"
    assert error.value.request_id is not None
    assert error.value.request_id.startswith("req_")


def test_a_client_that_ignores_has_more_comes_to_an_end(live, client, store: VectorStore):
    # SDKs before 1.62 ask for the page after the last item until one is empty.
    ids = [upload(client, content=WOMBATS + str(number).encode()) for number in range(3)]
    client.vector_stores.file_batches.create_and_poll(store.id, file_ids=ids)
    headers = {"Authorization": f"Bearer {live.api_key}"}
    seen: list[str] = []

    with httpx.Client(base_url=live.url, headers=headers) as http:
        while True:
            query = {"limit": "2"} | ({"after": seen[-1]} if seen else {})
            data = http.get(f"/vector_stores/{store.id}/files", params=query).json()["data"]
            if not data:
                break
            seen += [file["id"] for file in data]

    assert sorted(seen) == sorted(ids)


def test_a_gateways_null_laden_bodies_are_accepted(live):
    headers = {"Authorization": f"Bearer {live.api_key}", "Content-Type": "application/json"}
    nothing = dict.fromkeys(("file_ids", "expires_after", "chunking_strategy", "metadata"))
    question = dict.fromkeys(("filters", "max_num_results", "ranking_options", "rewrite_query"))

    with httpx.Client(base_url=live.url, headers=headers) as http:
        store = http.post("/vector_stores", content=json.dumps({"name": "n", **nothing}))
        found = http.post(
            f"/vector_stores/{store.json()['id']}/search",
            content=json.dumps({"query": "hello", **question}),
        )

    assert (store.status_code, found.status_code) == (200, 200)
    assert found.json()["search_query"] == ["hello"]


def test_a_multipart_form_may_bring_the_file_before_its_fields(live):
    # As the Node SDK sends it; the Python one sends the fields first.
    boundary = "x-form"
    body = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file"; filename="upload"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
        "wombats\r\n"
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="purpose"\r\n\r\n'
        "assistants\r\n"
        f"--{boundary}--\r\n"
    )
    headers = {
        "Authorization": f"Bearer {live.api_key}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }

    response = httpx.post(f"{live.url}/files", content=body, headers=headers)

    assert (response.status_code, response.json()["bytes"]) == (200, 7)
