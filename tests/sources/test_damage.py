"""No delivery crashes intake, and nothing damaged is silently accepted, whatever the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from damage import FILE_DAMAGE, HARMLESS, ROW_DAMAGE, Spoiled
from harness import Outcome, check_file
from samples import Sample, sample_of

from familycard.pack.loader import load_pack
from familycard.pack.model import Pack

PACKS = Path(__file__).resolve().parents[2] / "packs"
ROWS = 2 * len(ROW_DAMAGE) + 2
CONTRACTS = [
    f"{path.parents[1].name}/{path.stem}"
    for path in sorted(PACKS.glob("*/sources/*.yaml"))
    if (path.parents[1] / "pack.yaml").exists()
]
FEW = [contract for contract in CONTRACTS if contract.split("/")[1] in ("population", "persons", "births")]


@cache
def pack_named(name: str) -> Pack:
    return load_pack(PACKS / name)


def pack_of(contract: str) -> Pack:
    return pack_named(contract.split("/")[0])


@cache
def good(contract: str) -> Sample:
    pack = pack_of(contract)
    return sample_of(pack.sources[contract.split("/")[1]], pack, ROWS)


def outcome(contract: str, content: bytes, folder: Path) -> Outcome:
    path = folder / f"{contract.split('/')[1]}.csv"
    path.write_bytes(content)
    return check_file(good(contract).source, pack_of(contract), path)


def spoil(sample: Sample) -> tuple[bytes, dict[int, tuple[str, Spoiled]]]:
    """Every kind of row damage that applies, on a row of its own; by line number of the record."""
    lines = sample.content().splitlines()
    out, spoiled = [lines[0]], {}
    kinds = iter(ROW_DAMAGE.items())
    for row, line in enumerate(lines[1:]):
        found = None
        while row % 2 and found is None and (kind := next(kinds, None)) is not None:
            name, damage = kind
            found = damage(sample, row)
            if found is not None and not can_be_written(found, sample):
                found = None
        if found is None:
            out.append(line)
            continue
        filled = next(n for n, text in enumerate(found.lines) if text)
        spoiled[len(out) + filled] = (name, found)
        out.extend(found.lines)
    return "\n".join(out).encode(sample.source.encoding) + b"\n", spoiled


def can_be_written(spoiled: Spoiled, sample: Sample) -> bool:
    try:
        "".join(spoiled.lines).encode(sample.source.encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_damaged_record_is_refused_with_its_rule_and_the_others_are_kept(
    contract: str, tmp_path: Path
) -> None:
    sample = good(contract)
    content, spoiled = spoil(sample)
    assert len(spoiled) >= 10
    whole = outcome(contract, sample.encoded(), tmp_path)
    assert whole.refused_rows == 0, whole.quarantine[:3]
    found = outcome(contract, content, tmp_path)
    assert not found.refused
    assert Counter(found.accepted) <= Counter(whole.accepted), "a value was accepted that nobody delivered"
    refused = {line: s for line, s in spoiled.items() if s[1].rule is not None}
    assert {line["row"] for line in found.quarantine} == set(refused)
    assert len(found.accepted) == found.read - len(refused) == len(whole.accepted) - len(refused)
    for row, (name, expected) in refused.items():
        lines = [line for line in found.quarantine if line["row"] == row]
        assert any(is_expected(line, expected) for line in lines), (name, lines)
        assert all(line["file"] and line["message"] and line["raw"] is not None for line in lines), (
            name,
            lines,
        )


def is_expected(line: dict[str, object], expected: Spoiled) -> bool:
    rules: Sequence[str] = (expected.rule,) if isinstance(expected.rule, str) else (expected.rule or ())
    return line["rule"] in rules and line["column"] == expected.column


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_file_that_cannot_be_trusted_is_refused_with_its_name(contract: str, tmp_path: Path) -> None:
    for name, damage in FILE_DAMAGE.items():
        if (content := damage(good(contract))) is None:
            continue
        found = outcome(contract, content, tmp_path)
        assert found.refused.startswith(contract.split("/")[1]), (name, found)


@pytest.mark.parametrize("contract", FEW)
@pytest.mark.parametrize("kind", HARMLESS)
def test_what_only_looks_like_damage_changes_no_value(contract: str, kind: str, tmp_path: Path) -> None:
    whole = outcome(contract, good(contract).encoded(), tmp_path)
    found = outcome(contract, HARMLESS[kind](good(contract)), tmp_path)
    assert found == whole
    assert len(found.accepted) == ROWS


def test_there_are_enough_kinds_of_damage() -> None:
    assert len(ROW_DAMAGE) + len(FILE_DAMAGE) >= 60
    assert CONTRACTS
