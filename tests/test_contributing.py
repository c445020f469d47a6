"""The files that a contributor's tools read agree with the project."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.environment import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHON = "Programming Language :: Python :: "


def test_ci_runs_bin_test_with_every_python_of_the_project():
    job = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["test"]

    pythons = job["strategy"]["matrix"]["python"]
    steps = [step for step in job["steps"] if "run" in step]

    assert [PYTHON + version for version in pythons] == [
        name for name in PROJECT["classifiers"] if name.startswith(PYTHON)
    ]
    assert PROJECT["requires-python"] == f">={pythons[0]}"
    assert [(step["run"], step["env"]) for step in steps] == [("bin/test", {"PYTHON": "python"})]


def test_the_openapi_document_has_the_version_of_the_project():
    assert settings.SPECTACULAR_SETTINGS["VERSION"] == PROJECT["version"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem
)
def test_an_issue_form_has_what_github_asks_of_it(path: Path):
    form = yaml.safe_load(path.read_text())

    if path.stem == "config":
        assert form.keys() <= {"blank_issues_enabled", "contact_links"}
        return
    assert form.keys() >= {"name", "description", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields) > 0
    assert all(field["attributes"]["label"] for field in fields)


def test_the_hooks_of_pre_commit_are_there_and_fetch_nothing():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())

    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    ids = {hook["id"] for hook in hooks}

    assert ids == {"ruff", "ruff-format", "codespell", "commit-subject"}
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    scripts = re.findall(r"bin/\w+\.py", " ".join(hook["entry"] for hook in hooks))
    assert [name for name in scripts if not (ROOT / name).exists()] == []


def test_no_word_is_misspelt():
    codespell = Path(sys.executable).parent / "codespell"

    done = subprocess.run([codespell], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")
