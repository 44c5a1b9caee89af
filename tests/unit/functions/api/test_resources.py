"""Which resource a path belongs to, and that one made alone answers like all together."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import compile_path

from functions.api.gateway import Gateway, through_gateway
from functions.api.resources import RESOURCES, OnDemand, resources_for, router_of
from tests.fakes.rate_limiter import InMemoryRateLimiter
from tests.lambda_context import a_context
from tests.unit.functions.api.events import event
from tests.unit.functions.api.served import Served

ROUTES = [
    (resource, f"/api/v1{route.path}")
    for resource in RESOURCES
    for route in router_of(resource).routes
    if hasattr(route, "path")
]
PATHS = sorted({path for _, path in ROUTES})


@pytest.mark.parametrize(("resource", "path"), ROUTES)
def test_the_path_of_every_route_leads_to_its_resource_alone(resource: str, path: str) -> None:
    assert resources_for(path.replace("{", "").replace("}", "")) == (resource,)


def test_every_resource_has_routes() -> None:
    assert {resource for resource, _ in ROUTES} == set(RESOURCES)


@given(
    st.sampled_from(PATHS).flatmap(lambda path: st.text("ab/.-_ %é{}", max_size=6).map(lambda end: path + end))
    | st.text(max_size=40).map(lambda text: f"/{text}")
)
def test_no_other_path_matches_a_route_of_a_resource_that_is_not_made(path: str) -> None:
    made = resources_for(path)
    for resource, pattern in ROUTES:
        if compile_path(pattern)[0].match(path):
            assert resource in made


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/api/v1/openapi.json"])
def test_the_description_needs_all(path: str) -> None:
    assert set(resources_for(path)) == set(RESOURCES)


@pytest.fixture(scope="module")
def gateways() -> Iterator[tuple[Gateway, Gateway]]:
    """All resources made together, and each on demand; Mangum wants a loop, as there is one on Lambda."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    api = Served(rates=InMemoryRateLimiter(generous=True))
    yield through_gateway(api.app), through_gateway(OnDemand(api.app_of))
    asyncio.set_event_loop(None)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", [*PATHS, "/live", "/", "/api/v1", "/api/v1/users", "/api/v1/openapi.json", "/docs"])
def test_what_is_made_on_demand_answers_like_the_whole(
    gateways: tuple[Gateway, Gateway], method: str, path: str
) -> None:
    asked = event(method, path.replace("{", "").replace("}", ""), X_Correlation_Id="correlated")
    together, on_demand = gateways
    assert on_demand(asked, a_context()) == together(asked, a_context())
