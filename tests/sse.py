"""What a stream of server-sent events brings."""

from collections.abc import Iterator

from httpx_sse import EventSource, ServerSentEvent


def messages(source: EventSource) -> Iterator[ServerSentEvent]:
    """Those with data, as a browser would hand them out: to the library a lone comment is an empty message."""
    return (message for message in source.iter_sse() if message.data)
