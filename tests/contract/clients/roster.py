"""The clients, in the order of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.contract.clients import environments

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Client:
    """`command` installs what it needs, and gives the program that runs the checks."""

    heading: str
    command: Callable[[], list[str]]
    flavour: str = ""


def _python(environment: str, script: str) -> Callable[[], list[str]]:
    module = f"tests.contract.clients.{script}"
    return lambda: [str(environments.python(environment)), "-m", module]


def _node() -> list[str]:
    folder = HERE / "openai_node"
    packages = environments.node_packages("openai-node", folder)
    return ["env", f"NODE_PATH={packages}", str(environments.node()), str(folder / "main.cjs")]


def _openai(version: str) -> Callable[[], list[str]]:
    return _python(f"openai-{version}", "openai_python")


def _litellm() -> Callable[[], list[str]]:
    return _python("litellm-1.109.1", "litellm_python")


CLIENTS = [
    *(
        Client(f"openai {version}", _openai(version), "openai")
        for version in ("1.21.2", "1.54.5", "1.109.1", "2.54.0", "3.52.0")
    ),
    Client("AzureOpenAI", _openai("3.52.0"), "azure"),
    Client("AzureOpenAI v1", _openai("3.52.0"), "azure-v1"),
    Client("Node 7.55.0", _node),
    Client("LiteLLM 1.109.1", _litellm(), "openai"),
    Client("LiteLLM pg_vector", _litellm(), "pg_vector"),
    Client("Llama Stack 0.2.12", _python("llama-stack-client-0.2.12", "llama_stack")),
]
