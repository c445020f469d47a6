"""Mails: .eml, .mbox, .msg, smime.p7m, winmail.dat, and saved web pages (.mht), which are mails.

`eml` reads a mail: `source` parses it, `parts` divides it into its text and its attachments. `msg`
does the same for Outlook's files, `signed` opens a signed mail, and `winmail` what Outlook packs
for Outlook alone. `letter` makes sections of all of them.
"""

from ingestion.parsing.mail.eml import read_eml
from ingestion.parsing.mail.msg import read_msg
from ingestion.parsing.mail.signed import read_signed
from ingestion.parsing.mail.winmail import read_winmail

__all__ = ["read_eml", "read_msg", "read_signed", "read_winmail"]
