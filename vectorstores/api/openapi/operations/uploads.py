from vectorstores import errors
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.bodies import EmptyRequest
from vectorstores.api.serializers.uploads import (
    AddUploadPartRequest,
    CompleteUploadRequest,
    CreateUploadRequest,
    part_too_large,
)
from vectorstores.api.views.uploads import UploadPartViewSet, UploadViewSet

AN_UPLOAD = {
    "id": sample.UPLOAD,
    "object": "upload",
    "bytes": 48213,
    "created_at": sample.CREATED,
    "filename": "heron-manual.pdf",
    "purpose": "assistants",
    "status": "pending",
    "expires_at": sample.CREATED + 3600,
    "file": None,
}
EXPIRED = errors.UploadNotPending(sample.UPLOAD, "expired")

OPERATIONS = {
    (UploadViewSet, "create"): Operation(
        "createUpload",
        "Begin a file that is sent in parts",
        takes=CreateUploadRequest,
        asks={
            "A manual": {
                "filename": "heron-manual.pdf",
                "purpose": "assistants",
                "bytes": 48213,
                "mime_type": "application/pdf",
            },
            "For a day": {
                "filename": "notes.md",
                "purpose": "user_data",
                "bytes": 812,
                "mime_type": "text/markdown",
                "expires_after": {"anchor": "created_at", "seconds": 86400},
            },
        },
        shows=AN_UPLOAD,
        errors=[errors.NotABatchFile(), errors.BatchFileTooLarge()],
        is_limited=True,
    ),
    (UploadPartViewSet, "create"): Operation(
        "addUploadPart",
        "Send a part of it",
        takes=AddUploadPartRequest,
        asks={"A part": {"data": "The Heron is an electric cargo bike …"}},
        shows={
            "id": sample.PART,
            "object": "upload.part",
            "created_at": sample.CREATED,
            "upload_id": sample.UPLOAD,
        },
        errors=[
            EXPIRED,
            errors.TooManyParts(sample.UPLOAD, parts=10_000, size=134314154),
            part_too_large(),
        ],
    ),
    (UploadViewSet, "complete"): Operation(
        "completeUpload",
        "Make a file of the parts",
        takes=CompleteUploadRequest,
        asks={
            "The parts in order": {"part_ids": [sample.PART, sample.OTHER_PART]},
            "With a checksum": {
                "part_ids": [sample.PART, sample.OTHER_PART],
                "md5": "9e107d9d372bb6826bd81d3542a419d6",
            },
        },
        shows={**AN_UPLOAD, "status": "completed", "file": sample.A_FILE},
        errors=[
            errors.UnknownPart(sample.OTHER_PART, sample.UPLOAD),
            errors.PartNamedTwice(sample.PART),
            errors.WrongTotal(total=40021, wanted=48213),
            errors.WrongChecksum(
                found="e4d909c290d0fb1ca068ffaddf22cbd0", wanted="9e107d9d372bb6826bd81d3542a419d6"
            ),
            EXPIRED,
        ],
    ),
    (UploadViewSet, "cancel"): Operation(
        "cancelUpload",
        "Give it up",
        takes=EmptyRequest,
        asks={"No parameters": {}},
        shows={**AN_UPLOAD, "status": "cancelled"},
        errors=[errors.UploadNotPending(sample.UPLOAD, "completed")],
    ),
}
