"""Parsers of request bodies: JSON as SDKs send it, and multipart forms."""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http.multipartparser import MultiPartParser as DjangoMultiPartParser
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, DataAndFiles
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from vectorstores import errors

NO_NAME = "\x01"  # of a file whose name is its path alone, since no other name has this
_BEGINNING = 65_536  # bytes
_NAMING = re.compile(rb"^content-disposition:.*filename.*", re.IGNORECASE | re.MULTILINE)


def name_as_sent(name: str) -> str:
    """Return a file's name without its path and control characters, or nothing if none is left."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in name if unicodedata.category(each) != "Cc").strip()
    return "" if name in (".", "..") else name


def check_body_size(request: Request, limit: int, refusal: errors.TooLarge | None = None) -> None:
    """Refuse a body of more than `limit` bytes before it is received.

    A chunked body declares no length, so reading stops as soon as a file in it exceeds the limit.
    Call this before anything is read. Raises `refusal`, or TooLarge by default.
    """
    refusal = refusal or errors.TooLarge(f"The request body is larger than {limit} bytes.")
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        request.upload_handlers.insert(0, FileSizeLimit(limit, refusal))
    elif int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise refusal


class FileSizeLimit(FileUploadHandler):
    """Stop reading a form as soon as its file gets too large."""

    def __init__(self, limit: int, refusal: errors.TooLarge) -> None:
        super().__init__()
        self.limit, self.refusal = limit, refusal
        self.is_exceeded = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > self.limit:
            self.is_exceeded = True
            # Without a reset, Django would read the rest of the body.
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Return None, so that a later handler stores the file."""

    def upload_complete(self) -> None:
        if self.is_exceeded:
            raise self.refusal


class StrictJSONParser(BaseParser):
    """JSON under any content type except multipart, since some SDKs do not label their JSON.

    An empty body counts as an empty object, since SDKs label even a body that they do not send.
    NaN and Infinity are refused: Python's parser accepts them, but they are not JSON.
    """

    media_type = "*/*"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        check_body_size((parser_context or {})["request"], limit)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise errors.TooLarge(f"The request body is larger than {limit} bytes.")
        if not body.strip():
            return {}
        try:
            return json.loads(body, parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise errors.MalformedJson from error


class UTF8FormParser(BaseParser):
    """A form in UTF-8 whose fields each occur once, as all clients send it.

    The charset that the request declares is ignored, because some of Python's codecs would read
    different fields from the same bytes, and some are no text encodings at all.
    """

    media_type = "multipart/form-data"
    file_field = "data"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:
        request = (parser_context or {})["request"]
        meta = {**request.META, "CONTENT_TYPE": media_type or ""}
        beginning: Any = _Beginning(stream)
        parser = _FormWithNamesAsSent(meta, beginning, request.upload_handlers, "utf-8")
        try:
            form = DataAndFiles(*parser.parse())
        except MultiPartParserError as error:
            raise ParseError(f"Multipart form parse error - {error}") from error
        if self.file_field not in form.files and beginning.has_name_beyond_utf8():
            raise errors.InvalidParameter(
                f"Invalid '{self.file_field}': its file name is not valid UTF-8. Send it in UTF-8.",
                param=self.file_field,
            )
        if repeated := _repeated(form):
            for file in chain.from_iterable(sent for _, sent in form.files.lists()):
                file.close()  # because Django closes only the files of a form that is returned
            raise errors.InvalidParameter(
                f"Invalid '{repeated}': it was sent more than once.", param=repeated
            )
        return form


class FileFormParser(UTF8FormParser):
    """A form with a file whose name matters."""

    file_field = "file"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:
        form = super().parse(stream, media_type, parser_context)
        file = form.files.get(self.file_field)
        if file is not None and file.name == NO_NAME:
            file.close()
            raise errors.InvalidParameter(
                f"Invalid '{self.file_field}': its file name is empty without its path.",
                param=self.file_field,
            )
        return form


class _FormWithNamesAsSent(DjangoMultiPartParser):
    """A form whose file names are `name_as_sent`.

    Django would also replace HTML entities, and drop characters such as joiners and wide spaces,
    without which some names are other names.
    """

    def sanitize_file_name(self, file_name: str) -> str:
        return name_as_sent(file_name) or NO_NAME


class _Beginning:
    """A stream that keeps its beginning, in which a form's file is named."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if len(self._kept) < _BEGINNING:
            self._kept += data[: _BEGINNING - len(self._kept)]
        return data

    def has_name_beyond_utf8(self) -> bool:
        """Return whether a part names a file in another character set, so that it was left out."""
        return any(not _is_utf8(line) for line in _NAMING.findall(self._kept))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _repeated(form: DataAndFiles) -> str | None:
    """Return a name that two fields share, because the views would see only the last one."""
    fields = (*form.data.lists(), *form.files.lists())
    times = Counter(name for name, sent in fields for _ in sent)
    return next((name for name in times if times[name] > 1), None)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    """Refuse 1e999: it is valid JSON, but neither the database nor a client could read it back."""
    number = float(digits)
    if math.isinf(number):
        raise ValueError(digits)
    return number


class AlwaysJSON(BaseContentNegotiation):
    """Answer in JSON, whatever the client's Accept header prefers."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        content_type = request.content_type.partition(";")[0].strip().lower()
        by_type = {parser.media_type: parser for parser in parsers}
        anything = None if content_type.startswith("multipart/") else by_type.get("*/*")
        return by_type.get(content_type, anything)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)
