"""``python -m benchmarks.grounding``: false texts let through, faithful ones refused, and the time of a check."""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from time import perf_counter
from typing import Final

from benchmarks.grounding.corpus import written
from benchmarks.grounding.mutate import mutations
from benchmarks.grounding.paraphrase import PARAPHRASERS
from benchmarks.grounding.people import real_requests, requests
from benchmarks.grounding.texts import Text, as_ruled, rule_texts
from holisticos.agents.language_model.grounding import GroundedInEvidence
from holisticos.contracts.wording import WordingRequest

CHECK = GroundedInEvidence()
WRITTEN: Final = {"written by hand": "faithful", "written later, plain": "plain"}
FREE: Final = "free"
"""More freedom than the prompt allows: shown, and no failure."""
MOST_REFUSED: Final = 0.02
Asked = tuple[Text, WordingRequest]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.grounding", description=__doc__)
    options.add_argument("--mutations", type=int, default=10_000)
    options.add_argument("--seeds", type=int, default=6, help="of each of the synthetic personas")
    options.add_argument("--persons", type=int, default=12, help="of each folder of real data, where it is there")
    options.add_argument("--show", type=int, default=5, help="how many failures of each class are printed")
    given = options.parse_args()
    rng = random.Random(1)  # noqa: S311 - texts, not secrets
    asked = list(chain(requests(range(given.seeds)), real_requests(given.persons)))
    ruled = [(text, request) for request in asked for text in rule_texts(request) if text.fits]
    by_hand: dict[str, list[Asked]] = {name: list(written(f"{file}.toml")) for name, file in WRITTEN.items()}
    print(f"{len(asked)} requests with {len(ruled):,} rule texts\n")
    faithful = {"rule texts": ruled, **_paraphrased(rng, ruled), **by_hand}
    refused = _faithful(faithful, given.show)
    print()
    _faithful({"written later, free": list(written(f"{FREE}.toml"))}, 0)
    accepted = _mutated(
        mutations(rng, [text for texts in faithful.values() for text in texts], given.mutations), given.show
    )
    _timed(asked)
    return 1 if accepted or refused else 0


def _paraphrased(rng: random.Random, ruled: Sequence[Asked]) -> dict[str, list[Asked]]:
    """By class, without the texts that a paraphraser leaves as they are."""
    found: dict[str, list[Asked]] = {}
    for name, paraphraser in PARAPHRASERS.items():
        for text, request in ruled:
            other = text.saying(paraphraser(rng, text.first), paraphraser(rng, text.second))
            if other != text and other.fits:
                found.setdefault(name, []).append((other, request))
    return found


def _faithful(classes: Mapping[str, Sequence[Asked]], show: int) -> bool:
    """Whether a class is refused more often than may be."""
    print("| faithful texts | texts | refused | share |\n|---|---|---|---|")
    failures: list[str] = []
    worst = 0.0
    for name, texts in classes.items():
        refused = [(text, found) for text, request in texts if (found := CHECK.complaints(text.wording(), request))]
        share = len(refused) / len(texts)
        worst = max(worst, share)
        print(f"| {name} | {len(texts):,} | {len(refused)} | {share:.1%} |")
        failures += [
            f"  REFUSED ({name}) {text.id}: {text.first} | {text.second}\n    {found}" for text, found in refused[:show]
        ]
    print("\n".join(failures))
    return worst > MOST_REFUSED


def _timed(asked: Sequence[WordingRequest]) -> None:
    took = []
    for request in asked:
        wording = as_ruled(request)
        start = perf_counter()
        CHECK.complaints(wording, request)
        took.append(1000 * (perf_counter() - start))
    took.sort()
    print(f"\nOne report: median {took[len(took) // 2]:.1f} ms, 95 % within {took[int(0.95 * len(took))]:.1f} ms")


def _mutated(made: Iterable[tuple[str, Text, WordingRequest]], show: int) -> int:
    total: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for name, text, request in made:
        total[name] += 1
        if not CHECK.complaints(text.wording(), request):
            accepted[name] += 1
            if accepted[name] <= show:
                print(f"  ACCEPTED ({name}) {text.id}: {text.first} | {text.second}\n      from: {_original(text)}")
    print("\n| mutation | texts | accepted |\n|---|---|---|")
    for name, count in total.items():
        print(f"| {name} | {count:,} | {accepted[name]} |")
    print(f"| all | {total.total():,} | {accepted.total()} |")
    return accepted.total()


def _original(text: Text) -> str:
    return f"{getattr(text.of, 'title', '')} | {text.of.text} | {getattr(text.of, 'why', '')}"


if __name__ == "__main__":
    sys.exit(main())
