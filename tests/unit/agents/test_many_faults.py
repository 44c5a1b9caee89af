"""A small version of ``benchmarks.language_model.faults``: a provider that fails in every way there is."""

from benchmarks.language_model.faults import EVERY_WAY, run, script
from holisticos.contracts.names import AgentName


def test_with_faults_of_all_kinds_every_analysis_is_valid_and_the_ledger_exact() -> None:
    tally = run(3, share=0.5, seconds=0.8)
    assert len(tally.results) == 3
    assert all(set(result.agents) == set(AgentName) for result in tally.results)
    assert tally.differing == []
    assert tally.ledger_is_exact
    assert tally.outcomes["model"]
    assert len(tally.outcomes) > 1


def test_the_script_has_every_way_to_fail_and_the_share_that_was_asked_for() -> None:
    modes = script(0.3, seed=3).modes
    assert set(modes) == {*EVERY_WAY, None}
    assert sum(mode is not None for mode in modes) == 0.3 * len(modes)
    assert modes == script(0.3, seed=3).modes
