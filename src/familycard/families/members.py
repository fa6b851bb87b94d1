"""From components to the published tables: who is in which unit, who heads it, and by what evidence."""

from __future__ import annotations

from familycard.engine.interface import Beside
from familycard.families.forming import Forming
from familycard.families.shared import quoted
from familycard.families.ties import mappings_of
from familycard.pack.scopes import people_attributes

ROLES = ("head", "member")


def make_mappings(forming: Forming) -> None:
    """Leave `mappings`: what level and mapping numbers mean."""
    rows = ["(-1, -1, '')"]
    for level, place, mapping in mappings_of(forming):
        rows.append(f"({level}, {place}, {quoted(mapping.source)})")
    forming.hold("mappings", f"from (values {', '.join(rows)}) t(level, mapping, source)")


def make_members(forming: Forming, out: str) -> None:
    """Leave the published members on disk: unit, person, role. A component is named by its head already."""
    if not forming.covers_all:
        _drop_lone_members(forming)
    role = forming.engine.coded(ROLES)
    _publish(
        forming,
        out,
        f"""
        select component as unit, node as person,
               case when component = node then {role["head"]} else {role["member"]} end as role
        from "{forming.table("components")}"
        """,
        ("unit", "person"),
    )


def _publish(forming: Forming, out: str, rows: str, order: tuple[str, ...]) -> None:
    forming.engine.keep(out, [rows], order)


def _drop_lone_members(forming: Forming) -> None:
    """Kinds of tied persons have no units of one, but for those of whom nobody can tell."""
    components, doubtful = forming.table("components"), forming.table("doubts")
    forming.hold(
        "components",
        f'select * from "{components}" where size > 1 or node in (select person from "{doubtful}")',
    )


def make_evidence(forming: Forming, out: str) -> None:
    """Leave the published evidence on disk: unit, one, two, tie, mapping, file, row; a row for each tie that holds.

    `tie` counts the kind's ties and then its attachments, `mapping` the sources of that tie.
    """
    live, placed = forming.table("live"), forming.table("placed")
    forming.engine.look_up(
        forming.table("components"),
        "node",
        [Beside(f'select * from "{live}"', {"one": ["component"]}, placed)],
    )
    _publish(
        forming,
        out,
        f"""
        select one__component as unit, one, two, level as tie, mapping::integer as mapping, file, row
        from "{placed}" where one__component is not null""",
        ("unit", "one", "two", "tie", "mapping", "file", "row"),
    )


def make_units(forming: Forming, out: str) -> None:
    """Leave the published units: unit, members, composition_known, area, why_unknown; sorted by unit."""
    has_area = "area" in people_attributes(forming.pack)
    heads, explained = forming.table("heads"), forming.table("explained")
    ordered = f"""
        select node as unit, size as members from "{forming.table("components")}"
        where node = component order by node"""
    _make_reasons(forming)
    # Looking up keeps the order, and never sorts texts.
    for table, key, rows, wanted, found in (
        (forming.records.table("residents"), "person", ordered, ["area"] if has_area else [], heads),
        (forming.table("reasons"), "unit", f'select * from "{heads}"', ["why_unknown"], explained),
    ):
        forming.engine.look_up(table, key, [Beside(rows, {"unit": wanted}, found)])
    forming.engine.hold(
        out,
        f"""
        select unit, members, unit__why_unknown is null as composition_known,
               {"unit__area" if has_area else "cast(null as varchar)"} as area, unit__why_unknown as why_unknown
        from "{explained}"
        """,
    )


def _make_reasons(forming: Forming) -> None:
    """Leave `reasons`: unit, why_unknown; for units of unknown composition only."""
    forming.hold(
        "reasons",
        f"""
        select component as unit, string_agg(reason, ', ' order by reason) as why_unknown
        from (
            select distinct component, reason from "{forming.table("components")}"
            join "{forming.table("doubts")}" on person = node)
        group by component""",
    )
