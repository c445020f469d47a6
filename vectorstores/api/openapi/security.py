from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from vectorstores.api.auth import ApiKeyAuthentication
from vectorstores.api.openapi.shapes import Schema


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = ApiKeyAuthentication
    name = ["bearer", "api-key"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        return [{name: []} for name in self.name]  # either will do

    def get_security_definition(self, auto_schema: AutoSchema) -> list[Schema]:
        return [
            {"type": "http", "scheme": "bearer", "description": "As OpenAI's SDKs send it."},
            {
                "type": "apiKey",
                "in": "header",
                "name": "api-key",
                "description": "As Azure's clients send it.",
            },
        ]
