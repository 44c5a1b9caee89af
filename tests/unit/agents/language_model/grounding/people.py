"""What the agents ask a model to word about synthetic people, computed once for all tests of this folder."""

from functools import cache

from benchmarks.grounding.people import requests
from holisticos.contracts.wording import WordingRequest


@cache
def synthetic() -> tuple[WordingRequest, ...]:
    return tuple(requests(range(1)))
