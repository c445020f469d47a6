"""Stands in for unstructured's module of the same interface, which loads spaCy.

That one imports for two seconds, and downloads a language model at first use. It only decides
whether a paragraph is labelled prose or title, and no text depends on the label. A file of its own,
because `fallback` puts it in the other's place among Python's modules.
"""

import re


def sent_tokenize(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def word_tokenize(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def pos_tag(text: str) -> list[tuple[str, str]]:
    """Tag every word as a noun. Prose then shows by having several sentences."""
    return [(word, "NN") for word in word_tokenize(text)]
