"""The Dockerfile, instruction by instruction."""

import json
import shlex

from tests.deployment.compose import ROOT


def instructions() -> list[tuple[str, str]]:
    """Return the instructions, each with its arguments, in order."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


def environment() -> dict[str, str]:
    """Return the variables that ENV sets, without PATH, which differs on every machine."""
    pairs = (pair.split("=", 1) for rest in arguments("ENV") for pair in shlex.split(rest))
    return {name: value for name, value in pairs if name != "PATH"}


def health_check() -> list[str]:
    command: list[str] = json.loads(arguments("HEALTHCHECK")[0].partition("CMD ")[2])
    return command


def model_build() -> list[str]:
    return shlex.split(next(rest for rest in arguments("RUN") if "embeddings" in rest))
