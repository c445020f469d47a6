"""Uploads: creating, adding parts, cancelling and completing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum

from vectorstores import errors
from vectorstores.ids import PublicId
from vectorstores.models import File, Project, Upload, UploadPart
from vectorstores.models.uploads import LIFETIME
from vectorstores.services.files import Clock, check_purpose, expires_at
from vectorstores.services.joining import JoinedParts, advisory_lock

MAX_PARTS = 10_000
# An upload may receive twice its size and this many parts more, because clients repeat a part whose
# answer was lost, and both copies stay. The limit stops a client that sends without end.
SPARE_PARTS = 2


@transaction.atomic
def create_upload(
    *,
    project: Project,
    filename: str,
    purpose: str,
    size: int,
    mime_type: str,
    expires_after: timedelta | None,
    now: datetime,
) -> Upload:
    """Create an upload of `size` bytes, open for an hour.

    Raises NotABatchFile or BatchFileTooLarge.
    """
    check_purpose(purpose=purpose, filename=filename, size=size)
    return Upload.objects.create(
        project=project,
        filename=filename,
        purpose=purpose,
        bytes=size,
        mime_type=mime_type,
        expires_after=expires_after,
        created_at=now,
        expires_at=now + LIFETIME,
    )


def add_part(*, upload: Upload, data: UploadedFile, now: datetime) -> UploadPart:
    """Store a part. Raises UploadNotFound, UploadNotPending or TooManyParts, and stores nothing."""
    with _not_found_if_purged(upload):
        part = _create_part(upload, data.size or 0, now)
    try:
        part.content.save("part", data, save=False)
        if not part.arrive():
            raise errors.UploadNotPending(upload.public_id, "expired")
    except BaseException:
        part.withdraw()
        raise
    return part


@transaction.atomic
def _create_part(upload: Upload, size: int, now: datetime) -> UploadPart:
    """Create the row of a part that arrives next. Lock the upload, because parts share a limit."""
    upload = Upload.objects.select_for_update(no_key=True).get(pk=upload.pk)
    upload.check_pending(now)
    most = 2 * upload.bytes + SPARE_PARTS * settings.MAX_PART_BYTES
    received = upload.parts.aggregate(parts=Count("pk"), bytes=Sum("bytes", default=0))
    if received["parts"] >= MAX_PARTS or received["bytes"] + size > most:
        raise errors.TooManyParts(upload.public_id, parts=MAX_PARTS, size=most)
    return UploadPart.objects.create(upload=upload, bytes=size, created_at=now)


def cancel_upload(*, upload: Upload, now: datetime) -> Upload:
    """Cancel a pending upload. Repeating this changes nothing.

    Raises UploadNotFound or UploadNotPending.
    """
    won = upload.cancel(now)
    with _not_found_if_purged(upload):
        upload.refresh_from_db()
    if not won and upload.cancelled_at is None:
        upload.check_pending(now)
    return upload


def complete_upload(
    *, upload: Upload, part_ids: Sequence[PublicId], md5: str | None, clock: Clock
) -> Upload:
    """Join these parts, in this order, into a file.

    Repeating a request returns the same file, because clients repeat one whose answer was lost.
    An upload that was pending when the request came is completed even if it has expired since.
    Raises UploadNotFound, UploadNotPending, UnknownPart, PartNamedTwice, WrongTotal or
    WrongChecksum. The upload is then unchanged, and another request may still complete it.
    """
    asked_at = clock()
    with advisory_lock(upload.pk), _not_found_if_purged(upload):
        upload.refresh_from_db()
        if not upload.was_completed_with([id_.uuid for id_ in part_ids], md5):
            upload.check_pending(asked_at)
            _join(upload, part_ids, md5, asked_at, clock)
            upload.refresh_from_db()
    return upload


def _join(
    upload: Upload, part_ids: Sequence[PublicId], md5: str | None, asked_at: datetime, clock: Clock
) -> None:
    """Store the joined bytes of the parts, and publish them as the upload's file."""
    whole = UploadPart.objects.create(upload=upload, bytes=upload.bytes, created_at=clock())
    try:
        parts = _lock_parts(upload, part_ids)
        joined = JoinedParts(parts)
        whole.content.save("whole", joined.content(), save=False)
        if joined.size != upload.bytes:
            raise OSError(f"The storage has {joined.size} bytes of {upload.bytes} of {upload.pk}.")
        if md5 not in (None, joined.md5):
            raise errors.WrongChecksum(found=joined.md5, wanted=str(md5))
        _publish(upload, whole, joined, parts, asked_at=asked_at, now=clock())
    except BaseException:
        whole.withdraw()
        raise


@transaction.atomic
def _lock_parts(upload: Upload, part_ids: Sequence[PublicId]) -> list[UploadPart]:
    """Return the parts with these ids, in this order.

    None of them is purged from now on: the purge skips an upload that has a part arriving, as
    `whole` is, and the lock waits for a purge that has just begun.
    Raises UnknownPart, PartNamedTwice or WrongTotal.
    """
    rows = upload.parts.arrived().order_by("pk").select_for_update(no_key=True)
    arrived = {part.pk: part for part in rows}
    chosen: dict[UUID, UploadPart] = {}
    for part_id in part_ids:
        if part_id.uuid not in arrived:
            raise errors.UnknownPart(part_id.text, upload.public_id)
        if part_id.uuid in chosen:
            raise errors.PartNamedTwice(part_id.text)
        chosen[part_id.uuid] = arrived[part_id.uuid]
    total = sum(part.bytes for part in chosen.values())
    if total != upload.bytes:
        raise errors.WrongTotal(total=total, wanted=upload.bytes)
    return list(chosen.values())


@transaction.atomic
def _publish(
    upload: Upload,
    whole: UploadPart,
    joined: JoinedParts,
    parts: Sequence[UploadPart],
    *,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Create the file and complete the upload. Raises UploadNotPending if that has ended."""
    file = File(
        id=whole.pk,
        project_id=upload.project_id,
        filename=upload.filename,
        purpose=upload.purpose,
        bytes=upload.bytes,
        sha256=joined.sha256,
        content=whole.content.name,
        created_at=now,
        expires_at=expires_at(purpose=upload.purpose, expires_after=upload.expires_after, now=now),
    )
    file.save(force_insert=True)
    if not upload.complete(now, asked_at=asked_at, file=file, parts=parts, md5=joined.md5):
        status = Upload.objects.get(pk=upload.pk).status(asked_at)
        raise errors.UploadNotPending(upload.public_id, status)
    if not whole.hand_over():
        raise errors.UploadNotPending(upload.public_id, "expired")


@contextmanager
def _not_found_if_purged(upload: Upload) -> Iterator[None]:
    """Raise UploadNotFound if the upload's row is purged inside the block."""
    try:
        yield
    except Upload.DoesNotExist as error:
        raise errors.UploadNotFound(upload.public_id) from error
