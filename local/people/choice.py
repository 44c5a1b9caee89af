"""Which person of an input is taken, and what the command line says about it."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from local.console.counting import counting
from local.errors import LocalError
from local.people.formats import open_input
from local.people.records import PersonRecords, PersonSummary, default_person
from local.people.synthetic import synthetic_person

_SHOWN = 40


def read_person(
    console: Console, path: Path | None, person_id: str | None, timezone: str | None = None
) -> PersonRecords:
    """The records of the chosen person, of the one with most days, or of a synthetic one without ``path``.

    ``timezone`` is where the person lived, where the input does not say it.

    Raises:
        LocalError: the input is of no known format, damaged or empty, or holds no such person.
    """
    if path is None:
        if person_id:
            raise LocalError("--person needs an --input to choose from")
        if timezone:
            raise LocalError("--timezone needs an --input whose times it explains")
        console.print(
            "No input was given: a synthetic person is generated. Their data are not measured.", soft_wrap=True
        )
        return synthetic_person(as_of=datetime.now(UTC))
    with counting(console, f"Reading {path.name}") as reading:
        reader = open_input(path, timezone, reading)
        persons = reader.persons() if person_id is None else []
        chosen = person_id or default_person(persons).person_id
        records = reader.records(chosen)
    _list(console, persons, chosen)
    console.print(
        f"Taking {chosen} ({records.origin}): {records.first_day} to {records.last_day}."
        f" The data are analysed as of {records.last_day}, the last day.",
        soft_wrap=True,
    )
    return records


def _list(console: Console, persons: list[PersonSummary], chosen: str) -> None:
    if len(persons) <= 1:
        return
    table = Table("person", "days", "first", "last", box=None, pad_edge=False, title_justify="left")
    by_days = sorted(persons, key=lambda person: (-person.days, person.person_id))
    for person in by_days[:_SHOWN]:
        style = "bold" if person.person_id == chosen else None
        table.add_row(person.person_id, str(person.days), str(person.first), str(person.last), style=style)
    console.print(f"{len(persons)} persons; choose one with PERSON=<id> (make) or --person <id>:")
    console.print(table)
    if len(persons) > _SHOWN:
        console.print(f"and {len(persons) - _SHOWN} more")
