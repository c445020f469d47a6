"""Who is asking is not known."""

from vectorstores.errors.base import Unauthorized

# Clients compare messages, so these end as OpenAI's do, in addresses that are OpenAI's.
KEYS_PAGE = "https://platform.openai.com/account/api-keys"


class MissingKey(Unauthorized):
    def __init__(self) -> None:
        super().__init__(
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password "
            "field (with blank username) if you're accessing the API from your browser and are "
            "prompted for a username and password. You can obtain an API key from "
            f"{KEYS_PAGE}."
        )


class WrongKey(Unauthorized):
    code = "invalid_api_key"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Incorrect API key provided: {_masked(key)}. You can find your API key at {KEYS_PAGE}."
        )


def _masked(key: str) -> str:
    """Enough of a key to recognise it by, as OpenAI shows it: `user_pro*ided`.

    Of a short one, which OpenAI shows whole, less: it may be a password in the wrong field.
    """
    return f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}" if len(key) > 12 else f"{key[:3]}*"
