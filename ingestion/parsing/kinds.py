"""The kinds of files we read, and the filename suffixes that stand for them."""

from enum import Enum, auto


class Kind(Enum):
    TEXT = auto()
    MARKDOWN = auto()
    RST = auto()
    TEX = auto()
    ORG = auto()
    HTML = auto()
    XML = auto()
    JSON = auto()
    NOTEBOOK = auto()
    CSV = auto()
    EML = auto()
    EPUB = auto()
    PDF = auto()
    DOCX = auto()
    WORD_XML = auto()  # of Word 2003
    FLAT_OPC = auto()  # a document of Word or PowerPoint since 2007 as one XML file
    PPTX = auto()
    SHEET = auto()  # xlsx, xlsb, xls and ods
    ODT = auto()
    ODP = auto()
    RTF = auto()
    DOC = auto()
    PPT = auto()
    MSG = auto()
    SIGNED_MAIL = auto()  # smime.p7m
    ENCRYPTED = auto()  # an Office file since 2007
    WINMAIL = auto()  # winmail.dat
    IMAGE = auto()


SUFFIXES = {
    **dict.fromkeys((".markdown", ".md", ".mdown", ".mdx", ".mkd"), Kind.MARKDOWN),
    **dict.fromkeys((".rest", ".rst"), Kind.RST),
    **dict.fromkeys((".latex", ".ltx", ".sty", ".tex"), Kind.TEX),
    ".org": Kind.ORG,
    **dict.fromkeys((".htm", ".html", ".xhtml"), Kind.HTML),
    **dict.fromkeys((".atom", ".rdf", ".rss", ".svg", ".xml", ".xsd", ".xsl"), Kind.XML),
    **dict.fromkeys((".geojson", ".json", ".jsonl", ".ndjson"), Kind.JSON),
    ".ipynb": Kind.NOTEBOOK,
    **dict.fromkeys((".csv", ".tab", ".tsv"), Kind.CSV),
    **dict.fromkeys((".eml", ".mbox", ".mht", ".mhtml"), Kind.EML),
    ".epub": Kind.EPUB,
    ".pdf": Kind.PDF,
    **dict.fromkeys((".docm", ".docx", ".dotm", ".dotx"), Kind.DOCX),
    **dict.fromkeys((".potm", ".potx", ".ppsm", ".ppsx", ".pptm", ".pptx"), Kind.PPTX),
    **dict.fromkeys((".ods", ".ots", ".xls", ".xlsb", ".xlsm", ".xlsx", ".xltx"), Kind.SHEET),
    **dict.fromkeys((".odt", ".ott"), Kind.ODT),
    **dict.fromkeys((".odp", ".otp"), Kind.ODP),
    ".rtf": Kind.RTF,
    **dict.fromkeys((".doc", ".dot"), Kind.DOC),
    **dict.fromkeys((".pot", ".pps", ".ppt"), Kind.PPT),
    ".msg": Kind.MSG,
    ".p7m": Kind.SIGNED_MAIL,
    **dict.fromkeys((".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"), Kind.IMAGE),
    **dict.fromkeys((".tif", ".tiff"), Kind.IMAGE),
}
