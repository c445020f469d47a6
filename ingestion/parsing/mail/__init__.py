"""Mails: .eml, .mbox, .msg, and saved web pages (.mht), which are mails too."""

from ingestion.parsing.mail.msg import read_msg
from ingestion.parsing.mail.reading import read_eml

__all__ = ["read_eml", "read_msg"]
