import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vectorstores import ids, services
from vectorstores.models import Reembedding, VectorStore
from vectorstores.models.reembeddings import State

EVERY = 2.0  # seconds, between two looks at the progress


class Command(BaseCommand):
    help = (
        "Change a store's embedding model while it is in use. Workers embed its text anew in the "
        "background, and it is searched by the new model when all of it is there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", help="the store's id: vs_…")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--model", help="begin to change to this one of the server's models")
        what.add_argument("--status", action="store_true", help="tell how far the change is")
        what.add_argument("--cancel", action="store_true", help="keep the model there is")
        parser.add_argument(
            "--wait", action="store_true", help="follow the change until it is decided"
        )

    def handle(self, *, store: str, **options: Any) -> None:
        row = VectorStore.objects.live().filter(pk=ids.VECTOR_STORE.decode(store)).first()
        if row is None:
            raise CommandError(f"There is no store {store}.")
        try:
            job = self._job(row, **options)
        except services.ReembeddingRefused as error:
            raise CommandError(str(error)) from error
        if job is None:
            self.stdout.write(f"{_model(row)}. It has never been changed.")
            return
        if options["wait"]:
            self._follow(job)
            return
        self.stdout.write(_line(Reembedding.objects.with_progress().get(pk=job.pk)))

    def _job(
        self, store: VectorStore, *, model: str | None, cancel: bool, **_: object
    ) -> Reembedding | None:
        if model:
            return services.reembed_store(store=store, model=model, now=timezone.now())
        rows = store.reembeddings.all()
        if cancel and not services.cancel_reembeddings(rows=rows, now=timezone.now()):
            raise CommandError("There is nothing to cancel, or it is too late for that.")
        return rows.order_by("-pk").first()

    def _follow(self, job: Reembedding) -> None:
        """A line for each thing that is new, until the store has the new model, or will not."""
        written = ""
        while True:
            job = Reembedding.objects.with_progress().get(pk=job.pk)
            if (line := _line(job)) != written:
                self.stdout.write(line)
                written = line
            if job.is_decided:
                break
            time.sleep(EVERY)
        if job.state in (State.FAILED, State.CANCELLED):
            raise CommandError(f"The store keeps {job.old_model}.")


def _line(job: Reembedding) -> str:
    return f"{job.old_model} to {job.model}: {job.reported}"


def _model(store: VectorStore) -> str:
    return f"{store.embedding_model}, {store.embedding_dimensions} dimensions"
