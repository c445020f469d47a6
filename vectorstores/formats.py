"""Types that no parser here will ever read, told by their extension before any work is done.

Everything else is accepted and judged by its content: refusing a text file for its name is what
users of such services complain about most.
"""

from pathlib import PurePath

IMAGES = {".heic", ".ico", ".psd"}  # others may be scans, which are read by OCR
SOUND = {".aac", ".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wav", ".wma"}
FILMS = {".avi", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm", ".wmv"}
ARCHIVES = {".7z", ".bz2", ".gz", ".iso", ".jar", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst"}
BINARIES = {
    ".bin",
    ".class",
    ".dll",
    ".dylib",
    ".exe",
    ".o",
    ".pickle",
    ".pkl",
    ".pyc",
    ".so",
    ".wasm",
}
FONTS = {".otf", ".ttf", ".woff", ".woff2"}

UNREADABLE = IMAGES | SOUND | FILMS | ARCHIVES | BINARIES | FONTS


def unreadable_extension(filename: str) -> str | None:
    """The extension of a name whose content cannot be searched, or None."""
    extension = PurePath(filename).suffix.lower()
    return extension if extension in UNREADABLE else None
