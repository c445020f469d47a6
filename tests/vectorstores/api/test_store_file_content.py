"""GET /v1/vector_stores/{vector_store_id}/files/{file_id}/content"""

from tests.factories import StoreFileFactory
from tests.vectorstores.api.answers import UNKNOWN_FILE, ok, refused
from tests.vectorstores.published import searchable
from vectorstores.models import Chunk


def test_the_parsed_text_is_in_the_order_of_the_document(api, store):
    texts = [f"Part {number}. " for number in range(12)]
    found = searchable(store, *texts)

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}/files/{found.file.public_id}/content"))

    assert body == {
        "object": "vector_store.file_content.page",
        "data": [{"type": "text", "text": text, "page": None, "heading": None} for text in texts],
        "has_more": False,
        "next_page": None,
    }


def test_each_part_states_the_page_and_heading_of_its_chunk(api, store):
    found = searchable(store, "Wombats dig.")
    Chunk.objects.update(page=7, heading="Habits")

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}/files/{found.file.public_id}/content"))

    assert body["data"] == [
        {"type": "text", "text": "Wombats dig.", "page": 7, "heading": "Habits"}
    ]


def test_the_text_ends_with_what_was_not_read(api, store):
    pages, name = "1 of 2 pages holds a picture", "Attachment a.zip was not read"
    codes = ("pages_not_read", pages), ("attachments_not_read", name)
    warnings = [{"code": code, "message": message} for code, message in codes]
    found = searchable(store, "Wombats dig.", warnings=warnings)

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}/files/{found.file.public_id}/content"))

    assert [item["text"] for item in body["data"]] == ["Wombats dig.", f"\n\n[{pages}.]\n[{name}.]"]


def test_a_file_that_is_not_ingested_yet_has_no_text(api, store):
    file = StoreFileFactory(vector_store=store).file

    body = ok(api.get(f"/v1/vector_stores/{store.public_id}/files/{file.public_id}/content"))

    assert body["data"] == []


def test_a_file_that_is_not_in_the_store_is_named(api, store):
    url = f"/v1/vector_stores/{store.public_id}/files/{UNKNOWN_FILE}/content"

    assert refused(api.get(url), 404) == (
        f"No file found with id '{UNKNOWN_FILE}' in vector store '{store.public_id}'."
    )
