import hashlib
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vectorstores import errors
from vectorstores.models import File


class Command(BaseCommand):
    help = (
        "Compare the stored bytes of every file with its row: that they are there and as many as "
        "were uploaded, and with --sha256, that they are the same. Use it after a restore."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sha256", action="store_true", help="read all bytes, and compare their SHA-256 too"
        )

    def handle(self, *, sha256: bool, **_: object) -> None:
        verified = lost = 0
        for file in File.objects.live(timezone.now()).order_by("pk").iterator():
            try:
                with file.open_content() as content:
                    if sha256:
                        file.check_digest(hashlib.file_digest(content, "sha256").hexdigest())
            except errors.BytesLost as error:
                # A file that was deleted since its row was read is not lost.
                if File.objects.live(timezone.now()).filter(pk=file.pk).exists():
                    lost += 1
                    self.stdout.write(f"{file.public_id} of {file.project}: {error.reason}")
            else:
                verified += 1
        self.stdout.write(f"{verified:,} files are as they were uploaded, {lost:,} are not.")
        if lost:
            raise CommandError("Bytes are missing: restore them, or delete these files.")
