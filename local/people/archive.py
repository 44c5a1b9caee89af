"""A folder or a zip file as named files that can be read in a stream; nothing is ever unpacked to disk.

A zip file comes from anywhere, so what it says of itself is not believed: a member is read only up to
the size it declares, and one that grows beyond measure on the way is refused before it is read.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Final

from local.people.errors import UnreadableFileError

_MOST_MEMBERS: Final = 200_000
_MOST_GROWTH: Final = 200
"""Repetitive exports shrink some 40-fold; deflate at its utmost, as in a bomb, 1,030-fold."""
_SMALL: Final = 1 << 20
"""Bytes that no growth makes dangerous."""
_LARGEST: Final = 32 << 30

Problems = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What reading a damaged, encrypted or unusual zip file raises."""


class Archive:
    """The files below a folder, or in a zip file, by their path in it."""

    def __init__(self, path: Path) -> None:
        """Raises ``UnreadableFileError`` where a zip file is damaged or has too many members."""
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            found = list(islice((entry for entry in path.rglob("*") if entry.is_file()), _MOST_MEMBERS + 1))
            self._check_number(len(found))
            self.sizes = {entry.relative_to(path).as_posix(): entry.stat().st_size for entry in found}
            return
        try:
            self._zip = zipfile.ZipFile(path)
        except Problems as error:
            raise UnreadableFileError(path, f"not a whole zip file ({error})") from error
        members = [member for member in self._zip.infolist() if not member.is_dir()]
        self._check_number(len(members))
        self.sizes = {member.filename: member.file_size for member in members}

    def _check_number(self, number: int) -> None:
        if number > _MOST_MEMBERS:
            raise UnreadableFileError(self.path, f"what has more than {_MOST_MEMBERS:,} files is no export")

    @staticmethod
    def is_one(path: Path) -> bool:
        """Whether there is a folder or a zip file at ``path``; a zip that was cut off counts as one."""
        if path.is_dir():
            return True
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"

    def names(self, suffix: str = "") -> Iterator[PurePosixPath]:
        """The files whose name ends with ``suffix``, in order."""
        return (PurePosixPath(name) for name in sorted(self.sizes) if name.lower().endswith(suffix))

    def file(self, name: PurePosixPath) -> Path:
        """How a file is called in a message."""
        return self.path / name

    @contextmanager
    def open(self, name: PurePosixPath) -> Iterator[IO[bytes]]:
        """A file's bytes. Raises ``UnreadableFileError``, also while the stream is read in the block."""
        if self._zip is None:
            with plain_file(self.path / name) as file:
                yield file
            return
        try:
            member = self._zip.getinfo(str(name))
            size, packed = member.file_size, member.compress_size
            if size > _LARGEST or (size > _SMALL and size > _MOST_GROWTH * max(1, packed)):
                raise UnreadableFileError(
                    self.file(name), f"{packed:,} bytes that say they unpack to {size:,}; no export does that"
                )
            with self._zip.open(member) as stream:
                yield stream
        except Problems as error:
            raise UnreadableFileError(self.file(name), f"the zip file is cut off or damaged ({error})") from error


@contextmanager
def plain_file(path: Path) -> Iterator[IO[bytes]]:
    """A file's bytes. Raises ``UnreadableFileError``, also while the stream is read in the block."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
