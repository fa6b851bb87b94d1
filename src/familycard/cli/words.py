"""The command line's words in the card's language, and how values are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol

from ruamel.yaml import YAML

from familycard.pack.model import Label, Pack
from familycard.pack.types import Kind, Type
from familycard.snapshot.facts import Fact


class Titled(Protocol):
    """What has a name, and the name in several languages."""

    @property
    def title(self) -> str: ...
    @property
    def titles(self) -> Label: ...


STATUSES = ("eligible", "not_eligible", "cannot_tell", "not_in_force", "excluded")


@lru_cache(maxsize=1)
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    loaded: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(
        files("familycard.cli").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return loaded


class Words:
    """Words and values in one language; English where a language lacks a word."""

    def __init__(self, pack: Pack, language: str) -> None:
        self.pack = pack
        self.language = language

    def __call__(self, word: str) -> str:
        """A word of the card."""
        texts = _catalogue()[word]
        return texts.get(self.language) or texts["en"]

    def status(self, text: str | None) -> str:
        """A programme's status in words; any other text as it stands."""
        if text is None:
            return self("missing").lower()
        return self(text) if text in STATUSES else text

    def label(self, label: Label) -> str:
        """A pack's label; the pack's first language where it lacks this one."""
        return label.get(self.language) or next(
            (label[code] for code in self.pack.languages if code in label), ""
        )

    def law(self, citation: str) -> str:
        """A citation of law; a clause that the pack has not translated as it stands."""
        return self.pack.cite(citation, self.language)

    def source(self, source: Titled) -> str:
        """A register's name; the contract's own where it lacks this language."""
        return source.titles.get(self.language) or source.title

    def fact_value(self, one: Fact) -> str:
        """A fact's value; coded texts by their labels."""
        label = one.value_labels.get(str(one.value)) if one.is_known else None
        return self.label(label) if label else self.value(one.value, one.type)

    def money(self, minor: int) -> str:
        """An amount with its currency; minor units only where there are any."""
        digits = self.pack.minor_digits
        amount = Decimal(minor).scaleb(-digits)
        text = f"{amount:,.{digits}f}" if minor % 10**digits else f"{int(amount):,}"
        return f"{text.replace(',', ' ')} {self.pack.currency}"

    def value(self, value: Any, type_: Type) -> str:
        """A value as people read it; unknown in words."""
        if value is None:
            return self("missing").lower()
        match type_.kind:
            case Kind.BOOLEAN:
                return self("yes") if value else self("no")
            case Kind.MONEY:
                return self.money(value if not type_.scale else round(Decimal(value).scaleb(-type_.scale)))
            case Kind.NUMBER | Kind.RATIO:
                return f"{Decimal(value).scaleb(-type_.scale).normalize():f}"
            case Kind.DATE:
                return value.isoformat() if isinstance(value, date) else str(value)
            case Kind.INTEGER:
                return f"{value:,}".replace(",", " ")
        return str(value)
