"""LiteLLM, by two of its providers: `openai`, for any server like OpenAI's, and `pg_vector`, which
knows stores and nothing else.

It does not look at what it is told, and hands most of it on as dicts.
"""
