"""``python -m local.health_api --port PORT --data-file FILE``"""

import argparse
import sqlite3
import sys
from pathlib import Path


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m local.health_api", description="The simulated upstream health API")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data-file", type=Path, required=True, help="SQLite file with the upstream's records")
    arguments = parser.parse_args()

    # After the arguments were read: a mistake in them is told at once.
    from local.health_api.server import server
    from local.health_api.simulation import Simulation
    from local.health_api.storage import Storage

    try:
        storage = Storage(arguments.data_file)
    except (OSError, sqlite3.Error) as error:
        print(f"the data file {arguments.data_file} cannot be used: {error}", file=sys.stderr)  # noqa: T201
        return 1
    server(Simulation(storage), arguments.host, arguments.port).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
