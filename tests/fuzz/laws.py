"""The laws of a reply: it claims what may be claimed, comes once, and never holds the token."""

from typing import Final, NamedTuple

from bulk_journeys.model import Applied, Reply, Unsent
from tests.fuzz.claims import DOUBT, NEVER_WRITTEN, Claim, Verdict, verdicts
from tests.fuzz.scenes import TOKEN
from tests.fuzz.stage import Seen

MEANING: Final = {
    "Refused": Claim.NOT_APPLIED,
    "Conflict": Claim.NOT_APPLIED,
    "Deferred": Claim.NOT_APPLIED,
    "Lost": Claim.MAY_HAVE,
    "Intercepted": Claim.MAY_HAVE,
}
"""The kinds of replies that can claim one thing only."""


class Broken(NamedTuple):
    """A law that a reply breaks. *law* and *why* say which kind of breach it is, *reply* which reply it was."""

    law: str
    why: str
    reply: str

    @property
    def kind(self) -> tuple[str, str]:
        return self.law, self.why


def claim_of(reply: Reply) -> Claim:
    """Return what *reply* says about its row. Without a word on it, a kind's own meaning counts."""
    if isinstance(reply, Applied):
        return Claim.APPLIED
    if isinstance(reply, Unsent):
        return Claim.NEVER_SENT if reply.http_status is None else Claim.NOT_APPLIED  # a gateway may not have sent it on
    may_have = getattr(reply, "may_have_applied", type(reply).__name__ in {"Lost", "Intercepted"})
    return Claim.MAY_HAVE if may_have else Claim.NOT_APPLIED


def broken_by(seen: Seen, *, doubt: bool = False) -> Broken | None:
    """Return the law that what was *seen* breaks, or None. *doubt* says that it is always allowed."""
    if seen.error or seen.reply is None:
        return Broken("no exception escapes", seen.error, "")
    shown = repr(seen.reply)
    if TOKEN in shown:
        return Broken("no reply holds the token", "", shown)
    if len(seen.written) > 1:
        return Broken("nothing is sent twice", "", shown)
    verdict = _verdict(seen)
    claim = claim_of(seen.reply)
    if claim != MEANING.get(type(seen.reply).__name__, claim):
        return Broken("a kind of reply means what it says", type(seen.reply).__name__, shown)
    if claim in verdict.allowed or (doubt and claim in DOUBT):
        return None
    return Broken(f"{claim.value!r} is not honest", verdict.why, shown)


def _verdict(seen: Seen) -> Verdict:
    if not seen.written:
        return NEVER_WRITTEN
    timeline, number = seen.written[0]
    return verdicts(timeline)[number]
