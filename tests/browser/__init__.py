"""A real browser without an installation: Chromium from an npm package, driven by Playwright.

It is kept in .clients/browser, which is made when it is needed. axe-core is there with it:
`packages() / "axe-core/axe.min.js"`.
"""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.contract.clients import environments

HERE = Path(__file__).parent
NAME = "browser"
FLAGS = (
    "--no-sandbox",  # since the tests may run as root, and open none but our own pages
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
UNPACK = """
const [source, target] = process.argv.slice(1);
const { createReadStream, createWriteStream } = require("node:fs");
const brotli = require("node:zlib").createBrotliDecompress();
const fail = (error) => { if (error) throw error; };
require("node:stream").pipeline(createReadStream(source), brotli, createWriteStream(target), fail);
"""


@contextmanager
def open_page(width: int = 1280, height: int = 800) -> Iterator[Page]:
    """Yield an empty page of a headless browser with a profile of its own.

    Playwright runs an event loop in this thread, so Django refuses database queries inside.
    """
    home = install()
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": str(home / "lib"),  # NSS, which not every machine has
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "XDG_CACHE_HOME": str(home / "cache"),  # where fontconfig keeps its index of them
    }
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=home / "chromium", args=FLAGS, env=environment
        ) as browser,
    ):
        yield browser.new_page(viewport=ViewportSize(width=width, height=height))


def packages() -> Path:
    """Return the `node_modules` of the browser, where axe-core is."""
    return install() / "node_modules"


def install() -> Path:
    """Return the folder of `chromium`, its libraries and its fonts; fill it if necessary."""
    inputs = [HERE / name for name in (*environments.NODE_PACKAGES, "fonts.conf")]
    with environments.made(NAME, inputs) as home:
        if home is not None:
            environments.install_node_packages(HERE, home)
            _unpack(home)
            (home / "fonts.conf").write_bytes((HERE / "fonts.conf").read_bytes())
    return environments.KEPT / NAME


def _unpack(home: Path) -> None:
    packed = home / "node_modules/@sparticuz/chromium/bin"
    # Python's standard library has no Brotli, and Node's has.
    environments.run(environments.node(), "-e", UNPACK, packed / "chromium.br", home / "chromium")
    (home / "chromium").chmod(0o755)
    for name in ("fonts", "al2023"):  # which contain fonts/ and lib/
        archive = home / f"{name}.tar"
        environments.run(environments.node(), "-e", UNPACK, packed / f"{name}.tar.br", archive)
        with tarfile.open(archive) as opened:
            opened.extractall(home, filter="data")
        archive.unlink()
