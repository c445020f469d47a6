"""The web process: `gunicorn config.wsgi`."""

import os
import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Everything here is UTF-8. Django would decode as it is told, queries included, and fails where
# Python knows the name for something else: `charset=idna`, `boundary*=nope''x`.
CHARSETS = re.compile(r";\s*(?:charset|[^;=\s]+\*)\s*=[^;]*", re.IGNORECASE)


def application(request: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Django takes a body that comes in chunks for an empty one, since it has no length yet.

    So it is told more than any body may have, and whoever reads it has a limit of its own. Where
    the body ends earlier, reading does too.
    """
    request["CONTENT_TYPE"] = CHARSETS.sub("", request.get("CONTENT_TYPE", ""))
    if request.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        longest = max(settings.MAX_UPLOAD_BYTES, settings.MAX_PART_FORM_BYTES)
        request["CONTENT_LENGTH"] = str(2 * longest)
    return django_application(request, start_response)
