"""The API as an OpenAPI 3.1 document: our serializers, described once more.

Loaded when it is first asked for: no other request needs drf-spectacular.
"""
