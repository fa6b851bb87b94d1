"""Words of the pages: collected from code and templates, kept in ``locale/<language>/LC_MESSAGES/django.po``.

Each app of the office has its own; ``python -m familycard.office.languages.words`` collects what is new
and compiles them (as ``make words`` does). English is what stands in the code.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

OFFICE = Path(__file__).parents[1]
LANGUAGES = ("kk", "ru")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_": None,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
}
KEYWORDS |= {"pgettext_lazy": ((1, "c"), 2), "npgettext_lazy": ((1, "c"), 2, 3)}
WIDTH = 110
HEADER = """# Words of {app}, {language}.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural};\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
"""Without dates and names, so that two people's work on one file can be joined."""


def apps() -> list[Path]:
    """The folders that have words."""
    return sorted(file.parent for file in OFFICE.glob("*/apps.py"))


def words_of(app: Path) -> Catalog:
    """All messages in an app's code and templates, in the order of files."""
    found = Catalog(charset="utf-8")
    for file in sorted([*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]):
        if "migrations" in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        for line, message, _, context in _messages(file, text):
            found.add(message, locations=[(file.relative_to(app).as_posix(), line)], context=context)
    return found


def _messages(file: Path, text: str) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    if file.suffix != ".py":
        # The templates' own tool turns them into lines that read like Python.
        from django.utils.translation.template import templatize

        # Python's reader would see its indentation, which means nothing here.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).splitlines())
    yield from extract("python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})


def update(app: Path, language: str) -> Path:
    """Bring an app's file of a language up to date: new messages are added empty, gone ones leave."""
    file = app / "locale" / language / "LC_MESSAGES" / "django.po"
    words = words_of(app)
    old = read(file, language) if file.exists() else Catalog(locale=language)
    fresh = Catalog(locale=language, charset="utf-8")
    for message in words:
        if message.id:
            known = old.get(message.id, message.context)
            fresh.add(
                message.id,
                known.string if known else "",
                context=message.context,
                locations=message.locations,
            )
    if words:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            out.write(
                HEADER.format(app=app.name, language=language, plural=fresh.plural_forms.rstrip(";")).encode()
            )
            write_po(out, fresh, width=WIDTH, no_location=True, omit_header=True)
    return file


def read(file: Path, language: str) -> Catalog:
    """A file of words; Babel's PoFileError names the line that cannot be read."""
    with file.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def compile_words() -> None:
    """Write the compiled form, which Django reads, beside every file of words.

    Each is put in place whole: a process that reads half of one keeps the gaps for as long as it lives.
    """
    for file in sorted(OFFICE.glob("*/locale/*/LC_MESSAGES/django.po")):
        with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as out:
            write_mo(out, read(file, file.parents[1].name))
        Path(out.name).chmod(0o644)
        Path(out.name).replace(file.with_suffix(".mo"))


if __name__ == "__main__":
    for one in apps():
        for spoken in LANGUAGES:
            update(one, spoken)
    compile_words()
