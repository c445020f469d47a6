"""The greeting once the service is up: its address, the key, and something to paste."""

from rich.console import Console

from config.embedded.datadir import DataDir
from config.up.options import ROOT, Options
from config.up.preparing import ADMIN, Prepared

SNIPPET = """\
from openai import OpenAI
client = OpenAI(base_url="{url}/v1", api_key="{api_key}")
store = client.vector_stores.create(name="First steps")
client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=open("{file}", "rb"))
print(client.vector_stores.search(store.id, query="How do I start it?").data[0].content[0].text)
"""


def snippet(url: str, api_key: str) -> str:
    return SNIPPET.format(url=url, api_key=api_key, file=ROOT / "README.md")


def greet(console: Console, options: Options, data: DataDir, prepared: Prepared) -> None:
    facts = {
        "Base URL": f"{options.url}/v1",
        "API key": prepared.api_key,
        "Admin": f"{options.url}/admin/",
        "Logs": f"{data.path / 'logs'}",
    }
    if prepared.admin_password:
        facts["Admin login"] = f"{ADMIN} / {prepared.admin_password} (shown only this once)"
    console.print()
    for name, value in facts.items():
        _plain(console, f"  {name:<12} {value}")
    _plain(console, "\nPaste into Python (pip install openai):\n")
    _plain(console, snippet(options.url, prepared.api_key))
    _plain(console, "Ctrl-C stops everything.")


def _plain(console: Console, text: str) -> None:
    """Print a line to be pasted: not wrapped, and without taking a bracket for markup."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
