"""Who has been imported into the local stack, and as of when each is analysed."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, TypeAdapter


class ImportedPerson(BaseModel):
    """One imported person. ``as_of`` is the end of their last day: old data are analysed as of then."""

    user_id: str
    origin: str
    timezone: str
    as_of: datetime
    days: int
    synthetic: bool
    notes: tuple[str, ...] = ()


_PERSONS = TypeAdapter(dict[str, ImportedPerson])


@dataclass(frozen=True)
class PersonRegistry:
    """Kept as one JSON file beside the rest of the stack's state."""

    file: Path

    def all(self) -> dict[str, ImportedPerson]:
        if not self.file.exists():
            return {}
        return _PERSONS.validate_json(self.file.read_bytes())

    def find(self, user_id: str) -> ImportedPerson | None:
        return self.all().get(user_id)

    def add(self, person: ImportedPerson) -> None:
        """Add or replace; a reader never sees half a file."""
        persons = self.all() | {person.user_id: person}
        draft = self.file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(_PERSONS.dump_python(persons, mode="json"), indent=2) + "\n", encoding="utf-8")
        draft.replace(self.file)
