"""Extensions of files that no parser here will ever read, refused before any work is done.

Everything else is accepted and judged by its content, because users of such services complain
most about a text file that is refused for its name.
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
    """Return the extension of a name whose content cannot be searched, or None."""
    extension = PurePath(filename).suffix.lower()
    return extension if extension in UNREADABLE else None
