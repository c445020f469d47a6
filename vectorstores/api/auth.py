"""Authentication by a project's API key."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from vectorstores import errors
from vectorstores.models import ApiKey
from vectorstores.models.keys import usable_key


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`, or `api-key: KEY` as Azure's clients send it.

    Sets `request.auth` to the key. The project is `request.auth.project`.
    """

    def authenticate(self, request: Request) -> tuple[None, ApiKey]:
        secret = _secret(request)
        if not secret:
            raise errors.MissingKey
        key = usable_key(secret)
        if key is None:
            raise errors.WrongKey(secret)
        key.record_use(timezone.now())
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasApiKey(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:
        return isinstance(request.auth, ApiKey)


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    return request.headers.get("api-key", "").strip()
