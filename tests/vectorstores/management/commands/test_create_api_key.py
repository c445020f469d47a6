import io
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.client import ApiClient
from tests.factories import ProjectFactory
from vectorstores.models import ApiKey, Project
from vectorstores.models.keys import usable_key


def run(*arguments: str) -> tuple[str, str]:
    """Run the command and return its stdout and stderr."""
    stdout, stderr = io.StringIO(), io.StringIO()
    call_command("create_api_key", *arguments, stdout=stdout, stderr=stderr)
    return stdout.getvalue(), stderr.getvalue()


def test_stdout_has_only_the_key_which_opens_the_api(db: None):
    project = ProjectFactory(name="Library")

    stdout, _ = run("Library", "--name", "laptop")

    secret = stdout.removesuffix("\n")
    key = usable_key(secret)
    client = ApiClient(headers={"Authorization": f"Bearer {secret}"})
    assert (key.project, key.name) == (project, "laptop")
    assert client.get("/v1/files").status_code == 200


def test_a_missing_project_is_created_and_reported(db: None):
    _, stderr = run("Library")

    assert Project.objects.get().name == "Library"
    assert "Created the project Library." in stderr


def test_an_existing_project_is_used(db: None):
    ProjectFactory(name="Library")

    _, stderr = run(" Library ")

    assert Project.objects.count() == 1
    assert "Created" not in stderr


def test_each_call_creates_another_key(db: None):
    first, _ = run("Library")
    second, _ = run("Library")

    assert first != second
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["  "], "The project's name is invalid. This field cannot be blank."),
        (
            ["x" * 101],
            "The project's name is invalid. Ensure this value has at most 100 characters",
        ),
        (["Library", "--name", ""], "The key's name is invalid. This field cannot be blank."),
        (["Library", "--name", "x" * 101], "The key's name is invalid. Ensure this value has at"),
    ],
)
def test_an_invalid_name_is_an_error_and_creates_nothing(
    db: None, arguments: list[str], complaint: str
):
    with pytest.raises(CommandError) as raised:
        run(*arguments)

    assert str(raised.value).startswith(complaint)
    assert not Project.objects.exists()


def in_a_process(database_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "create_api_key", "Library"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("programs")
def test_an_unreachable_database_is_an_error_of_one_line():
    done = in_a_process("postgres://nobody@127.0.0.1:9/nothing")  # the discard port

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("CommandError: Cannot connect to the database:")


def test_a_database_without_tables_is_an_error_that_says_what_to_run(programs: None):
    nowhere = "options=-csearch_path%3Dno_such_schema"

    done = in_a_process(f"{os.environ['DATABASE_URL']}?{nowhere}")

    expected = "CommandError: The database has no tables yet: run manage.py migrate.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", expected)
