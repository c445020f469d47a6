"""Mails: .eml, .mbox, and saved web pages (.mht), which are mails too."""

from ingestion.parsing.mail.reading import read_eml

__all__ = ["read_eml"]
