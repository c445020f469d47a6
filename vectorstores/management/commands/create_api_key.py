from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, transaction

from vectorstores.models import ApiKey, Project


class Command(BaseCommand):
    help = (
        "Create an API key, and its project if none has that name. Only the key is written to "
        "standard output. It cannot be shown again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's name")
        parser.add_argument("--name", default="create_api_key", help="what to call the key")

    def handle(self, *, project: str, name: str, **_: object) -> None:
        wanted = Project(name=project.strip())
        key = ApiKey(name=name.strip())
        check("project's", wanted, exclude=())
        check("key's", key, exclude=("project", "digest", "prefix"))
        try:
            with transaction.atomic():
                owner, created = Project.objects.get_or_create(name=wanted.name)
                _key, secret = ApiKey.objects.issue(project=owner, name=key.name)
        except OperationalError as error:
            raise CommandError(f"Cannot connect to the database: {error}") from error
        except ProgrammingError as error:
            raise CommandError("The database has no tables yet: run manage.py migrate.") from error
        if created:
            self.stderr.write(f"Created the project {wanted}.", self.style.SUCCESS)
        self.stderr.write(f"A new key for {wanted}, shown only once:", self.style.SUCCESS)
        self.stdout.write(secret)


def check(whose: str, row: Project | ApiKey, *, exclude: tuple[str, ...]) -> None:
    """Raise CommandError if the database would refuse the name."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        raise CommandError(f"The {whose} name is invalid. {' '.join(error.messages)}") from error
