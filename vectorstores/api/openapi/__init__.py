"""The API as an OpenAPI 3.1 document: what our serializers take and show, told once more.

Loaded when it is first asked for: no other request needs drf-spectacular.
"""
