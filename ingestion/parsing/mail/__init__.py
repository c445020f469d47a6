"""Mails: .eml, .mbox, .msg, and saved web pages (.mht), which are mails too."""

from ingestion.parsing.mail.eml import read_eml
from ingestion.parsing.mail.msg import read_msg

__all__ = ["read_eml", "read_msg"]
