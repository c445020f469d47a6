"""Mails: .eml, .mbox, .msg, and saved web pages (.mht), which are mails too.

`eml` splits a mail into its text and its attachments, forwarded mails included. `msg` does the same
for Outlook's files. `letter` makes sections of both and reads attachments as files.
"""

from ingestion.parsing.mail.eml import read_eml
from ingestion.parsing.mail.msg import read_msg

__all__ = ["read_eml", "read_msg"]
