"""A delivered text file as a stream of UTF-8, or a refusal of the file as a whole.

Compression, encoding, NUL bytes and byte order marks are settled here, so that what reads
records need know nothing of them. A file is read in pieces: its size does not matter.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from familycard.errors import SourceError

PIECE_BYTES = 1 << 24
GZIP_MAGIC = b"\x1f\x8b"
UTF8_NAMES = ("utf-8", "utf-8-sig", "ascii")
FORMS = {
    b"PK\x03\x04": "a ZIP archive",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an Excel file",
}


@dataclass(frozen=True)
class TextFile:
    """A file, what it is called in messages, and the encoding that its contract promises."""

    path: Path
    name: str
    encoding: str

    def pieces(self) -> Iterator[bytes]:
        """UTF-8 without a byte order mark and whose lines end in LF; SourceError if it cannot be."""
        foreign = _ForeignCheck(self)
        decoder = codecs.getincrementaldecoder(_codec(self.encoding))()
        first, pending_return, has_newline = True, b"", False
        for raw in self._decompressed():
            if first:
                self._refuse_other_forms(raw)
            foreign.see(raw)
            piece = pending_return + self._decode(decoder, raw, final=False)
            if first and piece.startswith(codecs.BOM_UTF8):
                piece = piece[len(codecs.BOM_UTF8) :]
            if b"\0" in piece:
                raise SourceError(
                    f"{self.name}: there are NUL bytes in it; the file is damaged. Deliver it again."
                )
            has_newline = has_newline or b"\n" in piece
            pending_return = b"\r" if piece.endswith(b"\r") else b""
            piece = piece[: len(piece) - len(pending_return)]
            yield _with_newlines(piece, has_newline)
            first = False
        rest = pending_return + self._decode(decoder, b"", final=True)
        foreign.judge()
        yield _with_newlines(rest, has_newline)

    def _decode(self, decoder: codecs.IncrementalDecoder, raw: bytes, final: bool) -> bytes:
        try:
            return decoder.decode(raw, final).encode()
        except UnicodeError as error:
            reason = getattr(error, "reason", str(error))
            raise SourceError(
                f"{self.name}: it is not {self.encoding} ({reason}). Deliver it in {self.encoding}, or correct "
                "familycard.encoding in the contract."
            ) from error

    def _decompressed(self) -> Iterator[bytes]:
        with open(self.path, "rb") as plain:
            compressed = plain.read(2) == GZIP_MAGIC
            plain.seek(0)
            yield from self._read(gzip.GzipFile(fileobj=plain) if compressed else plain)

    def _read(self, file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
        try:
            while piece := file.read(PIECE_BYTES):
                yield piece
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(f"{self.name}: the gzip is broken ({error}). Deliver it again.") from error

    def _refuse_other_forms(self, raw: bytes) -> None:
        for magic, form in FORMS.items():
            if raw.startswith(magic):
                raise SourceError(f"{self.name}: it is {form}, not text. Deliver what the contract says.")


class _ForeignCheck:
    """Catches UTF-8 sold as a single-byte encoding, which decodes without complaint into rubbish.

    Text of a single-byte encoding that has letters beyond ASCII is practically never valid UTF-8.
    """

    def __init__(self, file: TextFile) -> None:
        self.file = file
        self.beyond_ascii = False
        self.decoder: codecs.IncrementalDecoder | None = None
        if _codec(file.encoding) != "utf-8" and not _codec(file.encoding).startswith(
            ("utf", "iso2022", "hz")
        ):
            self.decoder = codecs.getincrementaldecoder("utf-8")()

    def see(self, raw: bytes, final: bool = False) -> None:
        if self.decoder is None:
            return
        try:
            self.decoder.decode(raw, final)
            self.beyond_ascii = self.beyond_ascii or not raw.isascii()
        except UnicodeDecodeError:
            self.decoder = None

    def judge(self) -> None:
        self.see(b"", final=True)
        if self.decoder is not None and self.beyond_ascii:
            raise SourceError(
                f"{self.file.name}: it is UTF-8, but the contract says {self.file.encoding}. Deliver it in "
                f"{self.file.encoding}, or correct familycard.encoding in the contract."
            )


def _with_newlines(piece: bytes, has_newline: bool) -> bytes:
    """CRLF as LF; CR alone as LF where the file has no LF at all, as old Macs wrote."""
    if b"\r" not in piece:
        return piece
    return piece.replace(b"\r\n", b"\n") if has_newline else piece.replace(b"\r", b"\n")


def _codec(encoding: str) -> str:
    name = codecs.lookup(encoding).name
    return "utf-8" if name in UTF8_NAMES else name
