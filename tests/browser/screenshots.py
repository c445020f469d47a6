"""Take the pictures of the README anew: bin/screenshots.

The service is started with the sample documents, and docs/images/*.png are written.
"""

import io
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager

from openai import OpenAI
from openai.types import StaticFileChunkingStrategyObjectParam
from PIL import Image
from playwright.sync_api import Page

from tests.browser import open_page
from tests.live import ROOT, Service, service, wait_until

SAMPLES = ROOT / "docs" / "samples"
IMAGES = ROOT / "docs" / "images"
QUESTION = "How long does it take to charge the battery?"
COLOURS = 128
SMALL_CHUNKS: StaticFileChunkingStrategyObjectParam = {
    "type": "static",
    "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50},
}


def main() -> None:
    """Write a picture of a store's files while one is ingested, and one of a search."""
    IMAGES.mkdir(exist_ok=True)
    with operator() as (live, page):
        store_id = filled_store(live.client)
        page.goto(f"{admin(live)}/vectorstores/vectorstore/?q={store_id}")
        page.get_by_label("Toggle navigation").click()  # to have the width for the tables
        page.get_by_role("link", name="Search", exact=True).click()
        page.get_by_label("Query").fill(QUESTION)
        page.get_by_label("Results").fill("4")
        page.get_by_role("button", name="Search").click()
        save(page, "search")

        attach_a_long_file(live.client, store_id)
        page.goto(f"{admin(live)}/vectorstores/vectorstorefile/?q={store_id}")
        wait_until(lambda: re.search("embedding, [1-9]", reloaded(page)), seconds=60)
        page.set_viewport_size({"width": 1280, "height": 680})
        save(page, "admin")


@contextmanager
def operator() -> Iterator[tuple[Service, Page]]:
    """Yield a service, and a page on which an operator has signed in."""
    with service(EMBEDDING_BACKEND="local") as live, open_page(1120, 640) as page:
        [(name, password)] = re.findall(r"Admin login +(\w+) / (\S+)", live.log.read_text())
        page.goto(f"{admin(live)}/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        yield live, page


def admin(live: Service) -> str:
    return live.url.replace("/v1", "/admin")


def filled_store(client: OpenAI) -> str:
    """Return the id of a store with all sample documents."""
    store = client.vector_stores.create(name="Kingfisher Cargo Bikes")
    samples = [path for path in sorted(SAMPLES.iterdir()) if path.suffix and path.stem != "README"]
    client.vector_stores.file_batches.upload_and_poll(
        store.id,
        files=samples,
        chunking_strategy=SMALL_CHUNKS,
    )
    return store.id


def attach_a_long_file(client: OpenAI, store_id: str) -> None:
    words = (SAMPLES / "customer-faq.md").read_text().split()
    text = " ".join(random.Random(1).choices(words, k=100_000))
    file = client.files.create(file=("service-records.txt", text.encode()), purpose="assistants")
    client.vector_stores.files.create(store_id, file_id=file.id)


def reloaded(page: Page) -> str:
    page.reload()
    return page.content()


def save(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
