"""Every version of openai-python, and Azure's client in it: one script, as the helpers' names and
parameters have stayed.

Responses are validated against the types that the version was made with: a key that is missing or
of another type fails.
"""
