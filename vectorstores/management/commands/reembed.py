import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vectorstores import services
from vectorstores.management.store_argument import find_store
from vectorstores.models import Reembedding
from vectorstores.models.reembeddings import State

POLL_INTERVAL = 2.0  # seconds


class Command(BaseCommand):
    help = (
        "Change a store's embedding model while it is in use. Workers embed its text again in the "
        "background; searches use the new model once all of the text is embedded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", help="the store's id: vs_…")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--model", help="start the change to this one of the server's models")
        what.add_argument("--status", action="store_true", help="show the progress of the change")
        what.add_argument(
            "--cancel", action="store_true", help="cancel the change and keep the current model"
        )
        parser.add_argument(
            "--wait", action="store_true", help="show the progress until the change ends"
        )

    def handle(
        self, *, store: str, model: str | None, cancel: bool, wait: bool, **_: object
    ) -> None:
        row, now = find_store(store), timezone.now()
        changes = Reembedding.objects.filter(vector_store=row)
        if model:
            try:
                services.reembed_store(store=row, model=model, now=now)
            except services.ReembeddingRefused as error:
                raise CommandError(str(error)) from error
        elif cancel and not services.cancel_reembeddings(rows=changes, now=now):
            raise CommandError(
                "No re-embedding to cancel: none is running, or it has already switched."
            )
        job = changes.with_progress().order_by("-pk").first()
        if job is None:
            model_now = f"{row.embedding_model}, {row.embedding_dimensions} dimensions"
            self.stdout.write(f"{model_now}. The model has never been changed.")
        elif wait:
            self._follow(job)
        else:
            self.stdout.write(_line(job))

    def _follow(self, job: Reembedding) -> None:
        """Write a line on every change of progress, until the store has switched or keeps its
        model. Raises CommandError if it keeps the model.
        """
        written = ""
        while True:
            job = Reembedding.objects.with_progress().get(pk=job.pk)
            if (line := _line(job)) != written:
                self.stdout.write(line)
                written = line
            if job.is_decided:
                break
            time.sleep(POLL_INTERVAL)
        if job.state in (State.FAILED, State.CANCELLED):
            raise CommandError(f"The store keeps {job.old_model}.")


def _line(job: Reembedding) -> str:
    return f"{job.old_model} to {job.model}: {job.reported}"
