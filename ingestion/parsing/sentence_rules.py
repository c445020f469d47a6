"""A stand-in for unstructured's tokenizer module, which loads spaCy.

The original takes two seconds to import and downloads a language model at first use. It only
decides whether a paragraph is labelled prose or title, and no text depends on that label. This is
a module of its own because `fallback` registers it in `sys.modules` under the original's name.
"""

import re


def sent_tokenize(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def word_tokenize(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def pos_tag(text: str) -> list[tuple[str, str]]:
    """Tag every word as a noun, so that only the number of sentences tells prose from a title."""
    return [(word, "NN") for word in word_tokenize(text)]
