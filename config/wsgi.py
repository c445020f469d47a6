"""The web process: `gunicorn config.wsgi`."""

import os
import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Everything here is UTF-8. Django would decode in the character set that the client names, queries
# included, and fail if Python knows the name for something else: `charset=idna`,
# `boundary*=nope''x`. See docs/decisions/0020-request-headers.md.
CHARSETS = re.compile(r";\s*(?:charset|[^;=\s]+\*)\s*=[^;]*", re.IGNORECASE)


def application(request: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Call Django with a length for a chunked body, which it would otherwise take for empty.

    The length is more than any body may have, because each reader has a limit of its own, and the
    stream ends with the body.
    """
    request["CONTENT_TYPE"] = CHARSETS.sub("", request.get("CONTENT_TYPE", ""))
    if request.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        longest = max(settings.MAX_UPLOAD_BYTES, settings.MAX_PART_FORM_BYTES)
        request["CONTENT_LENGTH"] = str(2 * longest)
    return django_application(request, start_response)
