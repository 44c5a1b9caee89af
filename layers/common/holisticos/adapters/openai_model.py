"""A language model behind OpenAI's Responses API, or behind a compatible server.

The SDK is imported when a model is first asked: it is the largest import there is, and most invocations of a stage
without a key never need it. Its own retries are off. One attempt is bounded as a whole, not by read: a server that
sends a byte a second is as late as one that sends none. Nothing is stored at the provider (``store=False``), and no
identifier of a user is sent along.
"""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from holisticos.adapters.retry_after import retry_after
from holisticos.contracts.errors import LanguageModelError
from holisticos.contracts.usage import Fallback, Usage
from holisticos.contracts.wording import Answer, Prompt, Wording

if TYPE_CHECKING:
    import httpx2
    from openai import APIConnectionError, APIStatusError, AsyncOpenAI
    from openai.types.responses import Response

    from holisticos.adapters.openai_transport import Watch

_CONNECT_SECONDS: Final = 2.0


class _Output(BaseModel):
    """What is asked for. No lengths: strict schemas know none, and ``Wording`` checks them."""

    model_config = ConfigDict(extra="forbid")


class _Finding(_Output):
    finding_id: str
    title: str
    text: str
    evidence_ids: list[str]


class _Recommendation(_Output):
    recommendation_id: str
    text: str
    why: str
    evidence_ids: list[str]


class _Wording(_Output):
    findings: list[_Finding]
    recommendations: list[_Recommendation]


class OpenAiLanguageModel:
    """``LanguageModel`` over the ``openai`` SDK. ``api_key`` is asked before each call,
    so that a new key is seen; it is empty where there is none.

    ``transport`` replaces the network. It keeps its connections from one call to the next; use it as a context
    manager where it does not live as long as its process.
    """

    def __init__(
        self,
        name: str,
        api_key: Callable[[], str],
        *,
        base_url: str,
        most_tokens_out: int = 2_000,
        transport: "httpx2.AsyncBaseTransport | None" = None,
    ) -> None:
        self._name = name
        self._api_key = api_key
        self._base_url = base_url
        self._most_tokens_out = most_tokens_out
        self._transport = transport
        self._runner: asyncio.Runner | None = None
        self._client: AsyncOpenAI | None = None
        self._watch: Watch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            if self._client is not None:
                self._runner.run(self._client.close())
            self._runner.close()
        self._runner = self._client = self._watch = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def most_tokens_out(self) -> int:
        return self._most_tokens_out

    def is_available(self) -> bool:
        return bool(self._api_key())

    def answer(self, prompt: Prompt, seconds: float) -> Answer:
        if not self.is_available():
            raise LanguageModelError(Fallback.NO_KEY, "there is no key for the language model")
        began = time.monotonic()
        client, watch = self._sdk()
        if self._runner is None:
            self._runner = asyncio.Runner()
        # On a cold start the import takes a good part of the time there is. That says nothing of the provider.
        left = seconds - (time.monotonic() - began)
        if left <= 0:
            raise LanguageModelError(Fallback.COLD_START, "loading the client took all the time there was")
        return self._runner.run(self._answer(client, watch, prompt, left))

    async def _answer(self, client: "AsyncOpenAI", watch: "Watch", prompt: Prompt, seconds: float) -> Answer:
        watch.begin()
        try:
            async with asyncio.timeout(seconds):
                response = await self._request(client, watch, prompt)
        except TimeoutError:
            if watch.answering:
                raise LanguageModelError(Fallback.STALL, "the answer did not end in time", may_be_paid=True) from None
            raise LanguageModelError(Fallback.TIMEOUT, "no answer in time", may_be_paid=True) from None
        try:
            return _answer_of(response)
        except (AttributeError, TypeError, ValueError):
            # The SDK does not check what it is sent: anything may stand anywhere.
            raise LanguageModelError(
                Fallback.SCHEMA, "the provider's answer has another form than is documented", may_be_paid=True
            ) from None

    async def _request(self, client: "AsyncOpenAI", watch: "Watch", prompt: Prompt) -> "Response":
        import openai

        try:
            response = await client.responses.create(
                model=self._name,
                instructions=prompt.instructions,
                input=prompt.data,
                text={
                    "format": {
                        "type": "json_schema",
                        "name": "wording",
                        "strict": True,
                        "schema": _Wording.model_json_schema(),
                    }
                },
                max_output_tokens=self._most_tokens_out,
                store=False,
            )
        except openai.APIStatusError as error:
            raise _refused(error) from None
        except openai.APIConnectionError as error:
            raise _broken(error, watch) from None
        except ValueError:
            # A body that is no JSON, or too long; the message of the parser would quote it.
            raise _malformed() from None
        if not isinstance(response, openai.types.responses.Response):
            # A body of another content type comes as it is.
            raise _malformed()
        return response

    def _sdk(self) -> "tuple[AsyncOpenAI, Watch]":
        if self._client is None or self._watch is None:
            import httpx2
            from openai import AsyncOpenAI

            from holisticos.adapters.openai_transport import Watch, WatchedTransport

            self._watch = Watch()
            # Settings come from the function's own environment, not from proxy variables or .netrc.
            network = self._transport or httpx2.AsyncHTTPTransport(trust_env=False)
            timeout = httpx2.Timeout(None, connect=_CONNECT_SECONDS)
            self._client = AsyncOpenAI(
                api_key=self._present_key,
                base_url=self._base_url,
                max_retries=0,
                timeout=timeout,
                http_client=httpx2.AsyncClient(
                    transport=WatchedTransport(network, self._watch),
                    timeout=timeout,
                    follow_redirects=False,
                    trust_env=False,
                ),
            )
        return self._client, self._watch

    async def _present_key(self) -> str:
        return self._api_key()


def _answer_of(response: "Response") -> Answer:
    """What was paid for: the wording, or the cause why nothing can be made of it."""
    usage = _usage(response)
    if response.status == "incomplete":
        why = response.incomplete_details.reason if response.incomplete_details else None
        return Answer(usage=usage, cause=Fallback.REFUSAL if why == "content_filter" else Fallback.TRUNCATED)
    if response.status == "failed":
        return Answer(usage=usage, cause=Fallback.SERVER_ERROR)
    contents = [part for item in response.output or () if item.type == "message" for part in item.content]
    if any(part.type == "refusal" for part in contents):
        return Answer(usage=usage, cause=Fallback.REFUSAL)
    text = "".join(part.text for part in contents if part.type == "output_text")
    try:
        return Answer(usage=usage, wording=Wording.model_validate(_Wording.model_validate_json(text).model_dump()))
    except ValidationError as error:
        no_json = any(problem["type"] == "json_invalid" for problem in error.errors(include_input=False))
        return Answer(usage=usage, cause=Fallback.MALFORMED if no_json else Fallback.SCHEMA)


def _usage(response: "Response") -> Usage:
    """As the provider counts; some compatible servers count nothing, or leave the details out."""
    counted = response.usage
    if counted is None:
        return Usage()
    details = counted.input_tokens_details
    return Usage(
        tokens_in=counted.input_tokens,
        tokens_cached=getattr(details, "cached_tokens", None) or 0,
        tokens_cache_written=getattr(details, "cache_write_tokens", None) or 0,
        tokens_out=counted.output_tokens,
    )


def _refused(error: "APIStatusError") -> LanguageModelError:
    """Messages say the status alone: the provider's may quote what was sent, or part of the key."""
    status = error.status_code
    message = f"the language model's provider answered {status}"
    if status == 429:
        if "insufficient_quota" in {error.code, error.type}:
            return LanguageModelError(Fallback.QUOTA, message)
        asked_for = retry_after(error.response.headers.get("retry-after"))
        return LanguageModelError(Fallback.RATE_LIMITED, message, retry_after=asked_for)
    if status >= 500:
        return LanguageModelError(Fallback.SERVER_ERROR, message)
    return LanguageModelError(Fallback.REJECTED, message)


def _broken(error: "APIConnectionError", watch: "Watch") -> LanguageModelError:
    import httpx2

    cause = error.__cause__
    never_sent = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout)
    message = f"the language model's provider could not be reached: {type(cause or error).__name__}"
    return LanguageModelError(Fallback.UNREACHABLE, message, may_be_paid=not never_sent or watch.answering)


def _malformed() -> LanguageModelError:
    return LanguageModelError(Fallback.MALFORMED, "the language model's answer is no JSON", may_be_paid=True)
