"""Mails: .eml, .mbox, .msg, and saved web pages (.mht), which are mails too.

`eml` divides a mail into its text and what is attached, forwarded mails among that; `msg` finds
the same in Outlook's files; `letter` makes sections of it and has attachments read as files.
"""

from ingestion.parsing.mail.eml import read_eml
from ingestion.parsing.mail.msg import read_msg

__all__ = ["read_eml", "read_msg"]
