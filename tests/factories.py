"""Objects for tests, with only the defaults they need."""

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

import factory
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from vectorstores.models import (
    ApiKey,
    File,
    FileBatch,
    Project,
    Reembedding,
    Status,
    Upload,
    UploadPart,
    VectorStore,
    VectorStoreFile,
)
from vectorstores.models.keys import digest
from vectorstores.models.uploads import LIFETIME

M = TypeVar("M", bound=Model)


class Factory(factory.django.DjangoModelFactory[M]):
    """A factory that returns an object of its model when it is called."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __new__(cls, **fields: Any) -> M: ...  # type: ignore[misc]


class ProjectFactory(Factory[Project]):
    class Meta:
        model = Project

    name = factory.Sequence("project {}".format)


class ApiKeyFactory(Factory[ApiKey]):
    class Meta:
        model = ApiKey
        exclude = ("secret",)

    project = factory.SubFactory(ProjectFactory)
    name = "test"
    secret = factory.Sequence("sk-test-{:020}".format)
    digest = factory.LazyAttribute(lambda key: digest(key.secret))
    prefix = factory.LazyAttribute(lambda key: key.secret[:10])


class FileFactory(Factory[File]):
    class Meta:
        model = File
        exclude = ("text",)

    project = factory.SubFactory(ProjectFactory)
    filename = factory.Sequence("notes {}.txt".format)
    purpose = "assistants"
    text = "The quick brown fox jumps over the lazy dog."
    bytes = factory.LazyAttribute(lambda file: len(file.text.encode()))
    sha256 = factory.LazyAttribute(lambda file: hashlib.sha256(file.text.encode()).hexdigest())
    content = factory.LazyAttribute(lambda file: ContentFile(file.text.encode(), "notes.txt"))


class VectorStoreFactory(Factory[VectorStore]):
    class Meta:
        model = VectorStore

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence("store {}".format)
    embedding_model = factory.LazyFunction(lambda: settings.EMBEDDING_MODEL)
    embedding_dimensions = factory.LazyFunction(lambda: settings.EMBEDDING_DIMENSIONS)


class FileBatchFactory(Factory[FileBatch]):
    class Meta:
        model = FileBatch

    vector_store = factory.SubFactory(VectorStoreFactory)


class StoreFileFactory(Factory[VectorStoreFile]):
    class Meta:
        model = VectorStoreFile

    vector_store = factory.SubFactory(VectorStoreFactory)
    project = factory.SelfAttribute("vector_store.project")
    file = factory.SubFactory(FileFactory, project=factory.SelfAttribute("..vector_store.project"))
    status = Status.IN_PROGRESS
    last_error_code = factory.LazyAttribute(
        lambda store_file: "server_error" if store_file.status == Status.FAILED else ""
    )


class ReembeddingFactory(Factory[Reembedding]):
    class Meta:
        model = Reembedding

    vector_store = factory.SubFactory(VectorStoreFactory)
    model = "other"
    dimensions = 64
    generation = 2
    old_model = factory.SelfAttribute("vector_store.embedding_model")
    old_dimensions = factory.SelfAttribute("vector_store.embedding_dimensions")
    old_generation = 1


class UploadFactory(Factory[Upload]):
    class Meta:
        model = Upload

    project = factory.SubFactory(ProjectFactory)
    filename = factory.Sequence("parts {}.txt".format)
    purpose = "assistants"
    bytes = 12
    mime_type = "text/plain"
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda upload: upload.created_at + LIFETIME)


class UploadPartFactory(Factory[UploadPart]):
    """A part that has arrived. `content=""` makes one that has not."""

    class Meta:
        model = UploadPart
        exclude = ("text",)

    upload = factory.SubFactory(UploadFactory)
    text = "Wombats dig."
    bytes = factory.LazyAttribute(lambda part: len(part.text.encode()))
    content = factory.LazyAttribute(lambda part: ContentFile(part.text.encode(), "part"))
