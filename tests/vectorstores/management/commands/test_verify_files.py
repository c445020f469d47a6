import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import FileFactory
from vectorstores.models import File


def run(*arguments: str) -> tuple[list[str], bool]:
    """Run the command. Return the lines it writes, and whether it succeeds."""
    stdout = io.StringIO()
    try:
        call_command("verify_files", *arguments, stdout=stdout)
    except CommandError:
        return stdout.getvalue().splitlines(), False
    return stdout.getvalue().splitlines(), True


def on_disk(file: File) -> Path:
    return Path(file.content.path)


def test_files_as_they_were_uploaded_are_counted(project):
    FileFactory.create_batch(3, project=project)

    assert run() == (["3 files are as they were uploaded, 0 are not."], True)
    assert run("--sha256") == (["3 files are as they were uploaded, 0 are not."], True)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (Path.unlink, "the storage does not have its bytes"),
        (lambda path: path.write_bytes(b""), "the storage has 0 of its 44 bytes"),
        (lambda path: path.write_bytes(b"x" * 45), "the storage has 45 of its 44 bytes"),
    ],
)
def test_a_file_whose_bytes_are_missing_is_named(project, harm, reason):
    file, _ = FileFactory(project=project), FileFactory(project=project)
    harm(on_disk(file))

    lines, success = run()

    assert lines == [
        f"{file.public_id} of {project}: {reason}",
        "1 files are as they were uploaded, 1 are not.",
    ]
    assert not success


def test_other_bytes_of_the_same_size_are_found_by_reading_them(project):
    file = FileFactory(project=project)
    on_disk(file).write_bytes(b"x" * file.bytes)

    assert run()[1]
    lines, success = run("--sha256")

    assert lines[0].endswith("the storage has other bytes than were uploaded")
    assert not success


def test_deleted_files_are_not_verified(project):
    file = FileFactory(project=project, deleted_at=timezone.now())
    on_disk(file).unlink()

    assert run() == (["0 files are as they were uploaded, 0 are not."], True)
