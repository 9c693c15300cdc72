"""One simulated run: the real runner and a pace against a simulated server, on virtual time.

terms = Terms(RateLimit(Kind.BUCKET, 50.0, 1.0))
print(simulate(terms, 6000, Client(SearchingPace(6000)), seed=1).efficiency)
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bulk_journeys.api.transport import Lifecycle
from bulk_journeys.journal.entries import JournalEntry
from bulk_journeys.model import Outcome, Throttled
from bulk_journeys.pipeline.events import AttemptFailed, Event, RowsSettled
from bulk_journeys.pipeline.pace.pace import Pace
from bulk_journeys.pipeline.retry import RetryPolicy
from bulk_journeys.pipeline.runner import Policies, Runner
from tests.fakes import works
from tests.simulation.blind_loop import run_blindly
from tests.simulation.limits import least_seconds
from tests.simulation.server import SimulatedServer, Terms

LANES = 256


@dataclass(frozen=True)
class Client:
    """Who calls: a *pace* for *lanes*, how a row is tried again, and what stands before the server."""

    pace: Pace
    lanes: int = LANES
    retry: RetryPolicy = RetryPolicy()
    through: Callable[[Lifecycle], Lifecycle] = lambda lifecycle: lifecycle


class NoJournal:
    """A sink without a disk below it."""

    def append(self, entry: JournalEntry) -> None: ...

    def take(self) -> bytes:
        return b""

    def write(self, batch: bytes) -> None: ...

    def astray(self) -> None: ...


@dataclass
class Outcomes:
    """An observer that counts rows by outcome, and attempts that were refused."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refusals: int = 0

    def tell(self, event: Event) -> None:
        match event:
            case RowsSettled(entries):
                self.counts.update(entry.outcome for entry in entries)
            case AttemptFailed():
                self.refusals += isinstance(event.reply, Throttled)


@dataclass(frozen=True)
class Run:
    """What came of a run of *operations* that took *seconds*."""

    terms: Terms
    operations: int
    server: SimulatedServer
    outcomes: Counter[Outcome]
    seconds: float

    @property
    def efficiency(self) -> float:
        """The time that the limit itself would need by the time taken; a first credit can carry it above 1."""
        return least_seconds(self.terms.rate, self.terms.changes, self.operations) / self.seconds

    @property
    def waste(self) -> float:
        """The share of requests that were refused."""
        return sum(self.server.refused) / len(self.server.sent)


def simulate(terms: Terms, operations: int, client: Client, seed: int) -> Run:
    """Carry out *operations* and return what came of it; the same *seed* gives the same run."""
    server, outcomes = SimulatedServer(terms, seed), Outcomes()
    seconds = run_blindly(carry_out(client.through(server), outcomes, operations, client, seed))
    return Run(terms, operations, server, outcomes.counts, seconds)


async def carry_out(lifecycle: Lifecycle, outcomes: Outcomes, operations: int, client: Client, seed: int) -> float:
    """Return how many seconds the run took."""
    clock = asyncio.get_running_loop().time
    policies = Policies(client.pace, client.lanes, client.retry, jitter=Random(f"{seed} jitter").random, clock=clock)
    began = clock()
    await Runner(lifecycle, NoJournal(), outcomes.tell, policies).run(works(operations))
    return clock() - began
