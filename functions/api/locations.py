"""Where things are, as seen by whoever asked."""

from fastapi import Request


def relative_to(request: Request, path: str) -> str:
    """``path`` as a reference relative to the request's URL.

    It holds behind every stage prefix and custom domain, which the application does not see.
    """
    requested: str = request.scope["path"]
    return "../" * (requested.count("/") - 1) + path.removeprefix("/")
