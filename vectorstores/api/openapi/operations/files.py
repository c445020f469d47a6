from vectorstores import errors
from vectorstores.api.openapi import answers, shapes
from vectorstores.api.openapi.operations import sample
from vectorstores.api.openapi.operations.operation import Operation
from vectorstores.api.serializers.files import CreateFileRequest, too_large
from vectorstores.api.views.files import FileViewSet

OPERATIONS = {
    (FileViewSet, "create"): Operation(
        "createFile",
        "Upload a file",
        takes=CreateFileRequest,
        asks={
            "A manual": {"file": "heron-manual.pdf", "purpose": "assistants"},
            "For a day": {
                "file": "notes.md",
                "purpose": "user_data",
                "expires_after[anchor]": "created_at",
                "expires_after[seconds]": 86400,
            },
        },
        shows=sample.A_FILE,
        errors=[errors.NotABatchFile(), errors.BatchFileTooLarge(), too_large()],
        is_limited=True,
    ),
    (FileViewSet, "list"): Operation(
        "listFiles", "List files", shows=sample.page_of(sample.A_FILE)
    ),
    (FileViewSet, "retrieve"): Operation("retrieveFile", "One file", shows=sample.A_FILE),
    (FileViewSet, "destroy"): Operation(
        "deleteFile",
        "Delete a file, and take it out of every store",
        shows=sample.gone(sample.FILE, "file"),
        answer=answers.deleted("file"),
    ),
    (FileViewSet, "content"): Operation(
        "downloadFile",
        "Download the original",
        shows="The Heron is an electric cargo bike …",
        answer={**shapes.STRING, "format": "binary"},
        errors=[errors.DownloadNotAllowed("assistants")],
    ),
}
