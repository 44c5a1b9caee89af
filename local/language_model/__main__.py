"""``python -m local.language_model --port PORT``"""

import argparse
import sys


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="python -m local.language_model", description="A stand-in for a provider of language models"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()

    # After the arguments were read: a mistake in them is told at once.
    from local.language_model.app import StandIn, create_app
    from local.serving import Server

    stand_in = StandIn()
    Server(create_app(stand_in), stand_in.stopping, arguments.host, arguments.port).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
