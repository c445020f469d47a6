"""The doors through which messages come in. The row is the truth and the message a nudge."""

from celery import shared_task

from ingestion import worker
from vectorstores.dispatch import INGEST, REEMBED


@shared_task(name=INGEST)
def ingest(*, bulk: bool = False, **_: object) -> None:
    """Ingest what is due. A message too many finds nothing; one too few is made up for by beat."""
    worker.run_turn(bulk=bulk)


@shared_task(name=REEMBED)
def reembed(**_: object) -> None:
    """Go on with changes of embedding models, for some seconds, and ask to be woken again."""
    worker.run_reembedding_turn()
