"""`holisticos db ...`: the fallback database, wherever it is."""

from typing import Annotated

import typer
from rich.console import Console

from database.migrate import migrate
from holisticos.contracts.errors import HolisticOsError
from local.errors import LocalError
from local.stack import Stack

database_app = typer.Typer(no_args_is_help=True, help="The fallback database: the stack's own, or any PostgreSQL.")


class DatabaseError(LocalError):
    """The database cannot be brought up to date; the message says why."""


@database_app.callback()
def database() -> None:
    """Keeps `migrate` a command of its own while it is the only one."""


@database_app.command("migrate")
def migrate_(
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            envvar="DATABASE_URL",
            show_envvar=True,
            metavar="URL",
            help="`postgresql://user:password@host:port/database`; by default the database of the stack that is up.",
        ),
    ] = None,
) -> None:
    """Bring the schema up to date, each migration once and as a whole. Safe to repeat, and by several at once."""
    console = Console(highlight=False)
    try:
        applied = migrate(url or Stack().endpoints().database_url)
    except HolisticOsError as error:
        raise DatabaseError(f"the database cannot be migrated: {error}") from error
    for name in applied:
        console.print(f"Applied {name}")
    if not applied:
        console.print("The schema is up to date")
