"""A town of eight people in four families, taken in and built as any country is, for tests of snapshots.

1 and 2 are married with child 3 (wages 300); 4 is alone with children 5 and 6 (wages 150,
receives child aid); 7 is old and alone without wages; 8 is young and alone (wages 400).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.sources.intake import intake

AS_OF = date(2025, 12, 31)

PACK = {
    "pack.yaml": """
id: tt
title: {en: Town}
country: TT
languages: [en]
currency: {code: EUR, minor_digits: 2}
identifiers:
  number: {title: {en: Number}, pattern: '^[0-9]{4}$', checksum: none}
people: {source: population, identifier: number, resident: "died_on is null"}
age: {leap_day: mar_01}
card: {unit: family, scorecard: need}
""",
    "units.yaml": """
family:
  title: {en: Family}
  law: Town law 1
  covers: everyone
  max_members: 30
  ties:
    - id: marriage
      title: {en: Marriage}
      between: [spouse_1, spouse_2]
      from: {source: marriages, spouse_1: spouse_1, spouse_2: spouse_2}
      when: registered_on <= as_of
      started: registered_on
      at_most_one: each
    - id: minor_child
      title: {en: Minor child}
      between: [child, parent]
      from: [{source: births, child: child, parent: mother, via: mother}]
      when: age_years(child.birth_date, as_of) < 18
      parentage: true
couple:
  title: {en: Couple}
  law: Town law 6
  covers: tied
  max_members: 2
  ties:
    - id: marriage
      title: {en: Marriage}
      between: [spouse_1, spouse_2]
      from: {source: marriages, spouse_1: spouse_1, spouse_2: spouse_2}
      when: registered_on <= as_of
""",
    "parameters.yaml": """
line:
  label: {en: Line}
  values:
    - {from: 2025-01-01, value: 100 EUR, law: Town law 2}
    - {from: 2026-01-01, value: 150 EUR, law: Town law 3}
""",
    "indicators/all.yaml": """
- {id: wages_month, label: {en: Wages}, sphere: economic, type: money, measured_in: EUR a month, from: wages,
   where: gross > money '0 EUR', period: any, person: sum(gross), unit: sum, no_rows: 0}
- {id: overdue, label: {en: Overdue}, sphere: economic, type: money, from: wages, period: any, person: sum(overdue),
   unit: sum, no_rows: 0, sensitivity: own}
- {id: aid_paid, label: {en: Aid paid}, sphere: social, type: money, from: benefits, period: any, person: sum(paid),
   unit: sum, no_rows: 0}
- {id: is_ill, label: {en: Ill}, sphere: health, type: boolean, from: diagnoses, period: any,
   person: any(code = 'A'), unit: any, no_rows: false, sensitivity: sealed, card: false}
- {id: age, label: {en: Age}, sphere: family, type: integer, level: person, formula: "age_years(birth_date, as_of)"}
- {id: children, label: {en: Children}, sphere: family, type: integer, level: person, formula: age < 18, unit: count}
- {id: income_per_member, label: {en: Income per member}, sphere: economic, type: money, level: unit,
   formula: "money_div(wages_month, members, down)"}
- {id: note, label: {en: Note}, sphere: social, type: text, from: benefits, period: any, person: only(note),
   unit: only, no_rows: unknown}
""",
    "scorecards/need.yaml": """
id: need
title: {en: Need}
unit: family
official: false
provenance: {en: Ours}
base: 500
terms:
  - id: income
    label: {en: Income}
    bins: income_per_member
    points: [{below: 60 EUR, points: -200}, {below: 200 EUR, points: 0}, {points: 100}]
    why: {en: Because}
categories: {C: {below: 400}, B: {below: 550}, A: {}}
category_labels: {A: {en: Well}, B: {en: So}, C: {en: Poor}}
""",
    "programmes/child_aid.yaml": """
id: child_aid
title: {en: Child aid}
summary: {en: Money for children.}
law: Town law 4
unit: family
conditions:
  - {id: has_children, when: children >= 1, law: Town law 4, label: {en: Children}}
  - {id: is_poor, when: income_per_member <= line, law: Town law 4, label: {en: Poor}}
amount: {monthly: "money '10 EUR' * children", rounding: exact}
received: aid_paid
cases:
  - {name: yes, as_of: 2025-06-01, facts: {children: 2, income_per_member: 50 EUR}, expect: {status: eligible, amount: 20 EUR}}
  - {name: no, as_of: 2025-06-01, facts: {children: 0, income_per_member: 50 EUR}, expect: {status: not_eligible}}
  - {name: limit, as_of: 2025-06-01, facts: {children: 1, income_per_member: 100 EUR}, expect: {status: eligible}}
  - {name: silent, as_of: 2025-06-01, facts: {children: 1}, expect: {status: cannot_tell}}
""",
    "programmes/youth_pass.yaml": """
id: youth_pass
title: {en: Youth pass}
summary: {en: Free buses.}
law: Town law 5
unit: person
kind: service
conditions:
  - {id: is_young, when: age < 26, law: Town law 5, label: {en: Young}}
cases:
  - {name: yes, as_of: 2025-06-01, facts: {age: 2}, expect: {status: eligible}}
  - {name: no, as_of: 2025-06-01, facts: {age: 30}, expect: {status: not_eligible}}
  - {name: limit, as_of: 2025-06-01, facts: {age: 26}, expect: {status: not_eligible}}
  - {name: silent, as_of: 2025-06-01, facts: {}, expect: {status: cannot_tell}}
""",
    "programmes/couple_gift.yaml": """
id: couple_gift
title: {en: Gift to couples}
summary: {en: A gift.}
law: Town law 6
unit: couple
kind: service
conditions:
  - {id: is_small, when: members <= 2, law: Town law 6, label: {en: Two}}
cases:
  - {name: yes, as_of: 2025-06-01, facts: {members: 2}, expect: {status: eligible}}
  - {name: no, as_of: 2025-06-01, facts: {members: 3}, expect: {status: not_eligible}}
  - {name: limit, as_of: 2025-06-01, facts: {members: 1}, expect: {status: eligible}}
  - {name: silent, as_of: 2025-06-01, facts: {}, expect: {status: cannot_tell}}
""",
    "statistics.yaml": """
- {id: residents, title: {en: Residents}, kind: count, level: person}
- {id: middle_income, title: {en: Median}, kind: median, level: family, value: income_per_member, weight: members, measured_in: EUR}
- {id: low_line, title: {en: Line}, kind: median_share, level: family, value: income_per_member, weight: members, share: 0.45, measured_in: EUR}
- {id: poor_pct, title: {en: Poor}, kind: share, level: family, when: income_per_member < statistic.low_line, weight: members}
- {id: mean_wage, title: {en: Mean wage}, kind: mean, level: person, value: wages_month, when: age >= 18, measured_in: EUR}
- {id: per_head, title: {en: Per head}, kind: ratio_of_sums, level: family, value: wages_month, divide_by: members, measured_in: EUR}
- {id: inequality, title: {en: Gini}, kind: gini, level: family, value: income_per_member}
- {id: wage_sum, title: {en: Wages}, kind: sum, level: family, value: wages_month, when: programme.child_aid.status <> 'eligible'}
- {id: tiny, title: {en: Tiny}, kind: median_share, level: family, value: income_per_member, share: 0.0001}
- {id: exact_pct, title: {en: Exact}, kind: share, level: family, when: "statistic.tiny * 4 = money '0.03 EUR'"}
""",
}

_COLUMNS = {
    "population": ("person:subject", "birth_date:date", "sex", "surname", "died_on:date?"),
    "marriages": ("spouse_1:number", "spouse_2:number", "registered_on:date"),
    "births": ("child:number", "mother:number"),
    "wages": ("person:subject", "gross:money", "overdue:money:restricted"),
    "benefits": ("person:subject", "paid:money", "note:text?"),
    "diagnoses": ("person:subject", "code:text:sealed"),
}

REGISTERS = {
    "population": """person,birth_date,sex,surname,died_on
0001,1980-02-01,M,Abel,
0002,1982-02-01,F,Abel,
0003,2015-02-01,F,Abel,
0004,1990-02-01,F,Cole,
0005,2018-02-01,M,Cole,
0006,2020-02-01,F,Cole,
0007,1950-02-01,F,Dean,
0008,2000-02-01,M,Earl,
0009,1930-02-01,M,Gone,2024-01-01
""",
    "marriages": "spouse_1,spouse_2,registered_on\n0001,0002,2010-05-01\n",
    "births": "child,mother\n0003,0002\n0005,0004\n0006,0004\n",
    "wages": "person,gross,overdue\n0001,200.00,5.00\n0001,100.00,0.00\n0004,150.00,7.50\n0008,400.00,0.00\n",
    "benefits": "person,paid,note\n0004,20.00,paid by post\n",
    "diagnoses": "person,code\n0007,A\n",
}


def _contract(source: str, columns: tuple[str, ...]) -> str:
    properties = "".join(_property(text) for text in columns)
    return (
        f"apiVersion: v3.1.0\nkind: DataContract\nid: {source}\nname: Register of {source}\nversion: 1.0.0\n"
        "status: active\ndescription: {purpose: Tests}\nteam: {name: Town}\n"
        f"servers:\n  - {{server: file, type: local, path: '{source}.csv', format: csv}}\n"
        "customProperties:\n  - {property: familycard.owner, value: Town hall}\n"
        f"schema:\n  - name: {source}\n    properties:\n{properties}"
    )


def _property(text: str) -> str:
    name, kind, sensitivity = (*text.split(":"), "", "")[:3]
    custom = {
        "subject": [("identifies", "number"), ("subject", "true")],
        "number": [("identifies", "number")],
        "money": [("type", "money")],
    }.get(kind, [])
    custom += [("sensitivity", sensitivity)] if sensitivity else []
    logical = {"date": "date", "date?": "date", "money": "number"}.get(kind, "string")
    shown = ", ".join(f"{{property: familycard.{key}, value: {value}}}" for key, value in custom)
    needed = "false" if kind.endswith("?") else "true"
    lines = f"      - name: {name}\n        logicalType: {logical}\n        required: {needed}\n"
    return lines + (f"        customProperties: [{shown}]\n" if custom else "")


def write_pack(
    folder: Path,
    changes: Mapping[str, tuple[str, str]] | None = None,
    base: Mapping[str, str] = PACK,
    columns: Mapping[str, tuple[str, ...]] | None = None,
) -> Path:
    """Write the pack; `changes` replace a text in a file by another, for a reform; `columns` are other
    registers' columns than usual."""
    known = _COLUMNS | dict(columns or {})
    files = dict(base) | {f"sources/{source}.yaml": _contract(source, known[source]) for source in known}
    for name, (old, new) in (changes or {}).items():
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def taken_in(
    folder: Path,
    *,
    law: Mapping[str, tuple[str, str]] | None = None,
    registers: Mapping[str, str] | None = None,
    extracted_on: str = "2025-12-31",
    base: Mapping[str, str] = PACK,
    columns: Mapping[str, tuple[str, ...]] | None = None,
    covers: Mapping[str, str] | None = None,
) -> Pack:
    """Take the registers into the folder's store; called again in one folder, the same people keep their numbers.

    `covers` are the periods that the loads of some registers cover, as in ``loads.yaml``.
    """
    turn = len(list(folder.glob("pack-*")))
    pack = load_pack(write_pack(folder / f"pack-{turn}", law, base, columns))
    delivery = folder / f"delivery-{turn}"
    delivery.mkdir()
    for source, text in (REGISTERS | dict(registers or {})).items():
        (delivery / f"{source}.csv").write_text(text, "utf-8")
    covered = {source: f", covers: {period}" for source, period in (covers or {}).items()}
    loads = "".join(
        f"{source}: {{extracted_on: {extracted_on}{covered.get(source, '')}}}\n" for source in REGISTERS
    )
    (delivery / "loads.yaml").write_text(loads, "utf-8")
    intake(pack, delivery, folder / "store")
    return pack


def town(folder: Path, *, as_of: date = AS_OF, **taken: Any) -> OpenSnapshot:
    """Take the registers in, as `taken_in` does, and build."""
    pack = taken_in(folder, **taken)
    return open_snapshot(build(pack, folder / "store", as_of, folder / "snapshots").path)


def person(snapshot: OpenSnapshot, number: str) -> int:
    """The person who has a number."""
    found = snapshot.engine.rows(f"select person from serve.identifiers where value = '{number}'")
    return int(found[0][0])
