"""The `holisticos` command line: thin commands over `local.stack` and the public API."""

import errno
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import httpx
import typer
from botocore.exceptions import BotoCoreError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from holisticos.contracts.analysis import AnalysisResult
from holisticos.contracts.names import AnalysisType, Archetype, HealthProvider
from holisticos.contracts.workflow import ReconciledPart
from local.console.feed import feed_line
from local.console.replay import render_difference
from local.console.result import render_result
from local.database_commands import database_app
from local.errors import LocalError
from local.llm import Llm
from local.people.choice import read_person
from local.stack import Progress, Stack
from local.workbench import Workbench

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="HolisticOS on this machine: the whole synthesized stack, with no account, no Docker and no key.\n\n"
    "`holisticos run` does everything once. Or bring the stack up with `holisticos up`, load people with "
    "`holisticos import`, ask for advice with `holisticos analyze`, and stop with `holisticos down`.",
)

app.add_typer(database_app, name="db")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON on standard output and nothing else there.")]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="ID", help="Whose data to take; by default the person with most days.")
]
MethodsFlag = Annotated[bool, typer.Option("--methods", help="Also say how each number was computed, with its source.")]
LlmOption = Annotated[
    Llm | None,
    typer.Option(
        "--llm",
        help="Who may word the findings: nobody but the rules (none), the stand-in on this machine (stub), or the "
        "provider that OPENAI_BASE_URL and OPENAI_API_KEY name (openai). By default as the stack is, none at first.",
    ),
]
ProviderOption = Annotated[
    HealthProvider | None,
    typer.Option(
        "--provider",
        help="As whom the simulated upstream is asked for health data: hos-fapi, or Sahha itself, under an account "
        "token. By default as the stack is, hos-fapi at first.",
    ),
]
TimezoneOption = Annotated[
    str | None,
    typer.Option(
        "--timezone", metavar="ZONE", help="Where the person lived, as in Europe/Berlin; else as the data say."
    ),
]
ArchetypeOption = Annotated[
    Archetype | None,
    typer.Option("--archetype", help="How much change the plan may ask for; by default the profile's."),
]


def main() -> None:
    """Run the command line; what a person can mend ends it with one line on standard error and exit code 2."""
    try:
        app()
    except LocalError as error:
        _end(str(error))
    except (httpx.HTTPError, BotoCoreError) as error:
        _end(
            f"the stack does not answer ({error}); `holisticos status` shows what runs, `holisticos up` starts the rest"
        )
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        what = "the disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else error.strerror or str(error)
        _end(f"{what}: {error.filename}" if error.filename else what)
    except KeyboardInterrupt:
        sys.exit(130)


def _end(said: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(f"holisticos: {' '.join(said.split())}", markup=False, highlight=False)
    sys.exit(2)


@app.command()
def run(
    input_: Annotated[
        Path | None,
        typer.Option(
            "--input", metavar="PATH", help="A folder or file of exported data; without it, a synthetic person."
        ),
    ] = None,
    person: PersonOption = None,
    timezone: TimezoneOption = None,
    archetype: ArchetypeOption = None,
    llm: LlmOption = None,
    provider: ProviderOption = None,
    *,
    methods: MethodsFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Do everything once: start the stack, load a person, analyse, print the advice, stop.

    A stack that is up already is used and left up. State stays in `.local`. Asking for a language model is the
    person's consent to share findings with it.
    """
    console = _progress_console(as_json=as_json)
    # Bad input is reported before anything is started.
    records = read_person(console, input_, person, timezone)
    with _running_stack(console, llm, provider) as workbench:
        imported = workbench.import_person(records, share=bool(llm and llm is not Llm.NONE))
        result = workbench.analyze(imported.user_id, archetype=archetype, analysis_type=AnalysisType.INITIAL)
        _show(result, imported.notes, as_json=as_json, methods=methods)


@app.command()
def up(llm: LlmOption = None, provider: ProviderOption = None) -> None:
    """Start everything and leave it running; addresses are written to `.local/endpoints.json`."""
    console = _progress_console(as_json=False)
    endpoints = Stack().up(_reporter(console), llm, provider)
    Console().print(
        f"The API is at {endpoints.api_url}\nAll addresses and names: .local/endpoints.json",
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def down() -> None:
    """Stop everything; what was stored stays in `.local`."""
    Stack().down(_reporter(_progress_console(as_json=False)))


@app.command()
def status(*, as_json: JsonFlag = False) -> None:
    """Show what is running. The exit code is 0 where all of it is, else 1."""
    components = Stack().status()
    if as_json:
        typer.echo(json.dumps([asdict(component) for component in components], indent=2))
    else:
        table = Table("component", "state", "address", "process", box=None, pad_edge=False)
        for component in components:
            table.add_row(component.name, component.state, component.address or "", str(component.pid or ""))
        Console().print(table)
    if not all(component.running for component in components):
        raise typer.Exit(1)


@app.command("import")
def import_(
    input_: Annotated[
        Path | None,
        typer.Argument(metavar="INPUT", help="A folder or file of exported data; without it, a synthetic person."),
    ] = None,
    person: PersonOption = None,
    timezone: TimezoneOption = None,
    *,
    share: Annotated[
        bool, typer.Option("--share", help="The person shares findings with the language model of the stack.")
    ] = False,
) -> None:
    """Load one person's data into the health API and the database, and create their account."""
    console = _progress_console(as_json=False)
    workbench = _workbench(console)
    imported = workbench.import_person(read_person(console, input_, person, timezone), share=share)
    Console().print(f"User {imported.user_id} is ready: holisticos analyze --user {imported.user_id}", highlight=False)


@app.command()
def analyze(
    user: Annotated[str, typer.Option("--user", metavar="ID", help="An imported user; see `holisticos import`.")],
    archetype: ArchetypeOption = None,
    analysis_type: Annotated[
        AnalysisType,
        typer.Option("--type", help="Seven days (initial), one day (follow_up), or as history says (auto)."),
    ] = AnalysisType.AUTO,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", help="Analyse as of this instant (UTC); by default the user's last day."),
    ] = None,
    *,
    methods: MethodsFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Analyse a user through the public API, as the mobile app does, and print the advice."""
    console = _progress_console(as_json=as_json)
    workbench = _workbench(console)
    # The option knows no offset.
    instant = as_of.replace(tzinfo=UTC) if as_of else None
    result = workbench.analyze(user, archetype=archetype, analysis_type=analysis_type, as_of=instant)
    person = workbench.registry.find(user)
    _show(result, person.notes if person else (), as_json=as_json, methods=methods)


@app.command()
def replay(
    analysis_id: Annotated[str, typer.Argument(metavar="ANALYSIS_ID", help="An analysis that has ended.")],
) -> None:
    """Run an analysis again from its recorded snapshot, memory and clock. The exit code is 1 where it differs."""
    again = _workbench(_progress_console(as_json=False)).replay(analysis_id)
    console = Console(highlight=False, soft_wrap=True)
    if not again.same:
        render_difference(console, analysis_id, again)
        raise typer.Exit(1)
    console.print(f"Replayed {analysis_id}: the same {len(again.replayed):,} bytes, sha256 {again.sha256}")


@app.command()
def webhook(
    user: Annotated[str, typer.Option("--user", metavar="ID", help="An imported user; see `holisticos import`.")],
    days: Annotated[int, typer.Option("--days", min=1, help="How many of the user's last days to announce.")] = 1,
) -> None:
    """Send signed webhooks with a user's last days, as the source does; `holisticos watch` shows them arrive.

    Sending the same again changes nothing.
    """
    console = _progress_console(as_json=False)
    sent = _workbench(console).announce(user, days)
    console.print(f"Sent {sent.records:,} records in {sent.webhooks} webhooks")


@app.command()
def reconcile(
    user: Annotated[str, typer.Option("--user", metavar="ID", help="An imported user; see `holisticos import`.")],
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="How many of the user's last days.")] = 14,
    *,
    as_json: JsonFlag = False,
) -> None:
    """Compare a user's records in the database with the health API, repair the database, and say what changed."""
    outcome = _workbench(_progress_console(as_json=as_json)).reconcile(user, days)
    if as_json:
        typer.echo(outcome.model_dump_json(indent=2))
        return
    counts = list(ReconciledPart.model_fields)
    table = Table("", *counts, box=None, pad_edge=False)
    for part, found in outcome.parts.items():
        table.add_row(part, *(f"{getattr(found, name):,}" for name in counts))
    Console().print(table)


@app.command()
def watch(
    user: Annotated[str, typer.Option("--user", metavar="ID", help="A user of the local pool.")],
    *,
    as_json: JsonFlag = False,
) -> None:
    """Follow a user's new data as they arrive, until interrupted."""
    console = _progress_console(as_json=as_json)
    for event in _workbench(console).watch(user):
        if as_json:
            typer.echo(json.dumps(event))
        else:
            console.print(feed_line(event), highlight=False, soft_wrap=True)


@app.command()
def token(user: Annotated[str, typer.Option("--user", metavar="ID", help="A user of the local pool.")]) -> None:
    """Print an access token of a user, for curl and other clients: `Authorization: Bearer ...`."""
    typer.echo(_workbench(_progress_console(as_json=False)).accounts.token(user))


@app.command()
def logs(*, follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more.")] = False) -> None:
    """Print the logs of all functions and components, oldest first."""
    for line in Stack().logs(follow=follow):
        typer.echo(line)


def _progress_console(*, as_json: bool) -> Console:
    """Where progress is told: beside the JSON, never in it."""
    return Console(stderr=as_json, highlight=False)


def _workbench(console: Console) -> Workbench:
    stack = Stack()
    return Workbench(stack.endpoints(), stack.state, console)


@contextmanager
def _running_stack(console: Console, llm: Llm | None, provider: HealthProvider | None) -> Iterator[Workbench]:
    """The stack as it runs, or one for the time being."""
    stack = Stack()
    was_up = stack.is_up()
    try:
        endpoints = stack.up(_reporter(console), llm, provider)
        yield Workbench(endpoints, stack.state, console)
    finally:
        if not was_up:
            stack.down(_reporter(console))


def _reporter(console: Console) -> Progress:
    """Steps of the stack, each with the seconds since the first."""
    began = time.monotonic()

    def report(step: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:5.1f} s[/dim]  {escape(step)}", soft_wrap=True)

    return report


def _show(result: AnalysisResult, notes: tuple[str, ...], *, as_json: bool, methods: bool) -> None:
    if as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        render_result(Console(highlight=False), result, notes, with_methods=methods)


if __name__ == "__main__":
    main()
