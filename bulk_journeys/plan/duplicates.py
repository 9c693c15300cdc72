"""Which rows name the same journey, found in so little memory that a million rows fit everywhere."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from struct import iter_unpack
from typing import Final, NamedTuple

from bulk_journeys.model import Action
from bulk_journeys.plan.document import Counts, LeftOut, Operation
from bulk_journeys.source.table import InvalidRow

_ACTIONS: Final = tuple(Action)
_CODES: Final = {action: code for code, action in enumerate(_ACTIONS)}
_REJECTED: Final = len(_ACTIONS)
_LEFT_OUT: Final = _REJECTED + 1
_MERGED: Final = 0x10
_CONTRADICTED: Final = 0x20
_ACTION: Final = 0x0F
"""A row's code: an action, _REJECTED or _LEFT_OUT, and a flag for what its journey's other rows make of it."""

_SHARDS: Final = 256
_MOST_OTHERS: Final = 3


class Index:
    """What is remembered of each row: 25 bytes, four more if it is in doubt, and no object of its own.

    The ids are dealt into shards by their hash. Equal ids meet in one shard, so that only one shard at a time
    has to become Python objects. A row's number is its place among all rows, counted from 0.
    """

    def __init__(self) -> None:
        self._codes = bytearray()
        self._lines = array("I")
        self._doubted = array("I")
        self._shards = tuple(_Shard(bytearray(), array("I")) for _ in range(_SHARDS))

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, rows: Iterable[Operation | InvalidRow | LeftOut]) -> None:
        """Remember *rows* as the next."""
        uuids = []
        numbers = []
        for number, row in enumerate(rows, len(self._codes)):
            self._lines.append(row.line)
            if type(row) is Operation:
                self._codes.append(_CODES[row.action])
                uuids.append(row.uuid)
                numbers.append(number)
                if row.doubt:
                    self._doubted.append(number)
            elif type(row) is LeftOut:
                self._codes.append(_LEFT_OUT)
                if row.uuid:
                    uuids.append(row.uuid)
                    numbers.append(number)
            else:
                self._codes.append(_REJECTED)
        keys = bytes.fromhex("".join(uuids).replace("-", ""))
        for (key,), number in zip(iter_unpack("16s", keys), numbers, strict=True):
            ids, shared = self._shards[hash(key) % _SHARDS]
            ids += key
            shared.append(number)

    def repeats(self) -> "Repeats":
        """Return what the rows of each journey make of each other."""
        repeats = Repeats(self._codes, self._lines, self._doubted)
        for shard in self._shards:
            for numbers in shard.groups():
                repeats.join(numbers)
        return repeats


class _Shard(NamedTuple):
    """The ids of a share of the rows, 16 bytes each, and the numbers of those rows."""

    ids: bytearray
    numbers: "array[int]"

    def groups(self) -> Iterator[Sequence[int]]:
        """Yield the numbers, rising, of the rows that share a journey."""
        if len(set(iter_unpack("16s", self.ids))) == len(self.numbers):
            return
        rows: dict[bytes, array[int]] = defaultdict(lambda: array("I"))
        for (key,), number in zip(iter_unpack("16s", self.ids), self.numbers, strict=True):
            rows[key].append(number)
        yield from (numbers for numbers in rows.values() if len(numbers) > 1)


class Repeats:
    """Of each row: whether it stands, repeats an earlier one, or is contradicted by others."""

    def __init__(self, codes: bytearray, lines: "array[int]", doubted: "array[int]") -> None:
        """Take of each row its code and its line, and the numbers, rising, of those that are in doubt."""
        self._codes = codes
        self._lines = lines
        self._doubted = doubted
        self._doubts: dict[int, int] = {}
        self._links = array("I", bytes(4 * len(codes)))
        self.found = False

    def join(self, numbers: Sequence[int]) -> None:
        """Settle the rows of one journey; *numbers* rise."""
        codes = {self._codes[number] for number in numbers}
        if codes == {_LEFT_OUT}:
            return
        self.found = True
        if len(codes) == 1:
            for number in numbers[1:]:
                self._link(number, numbers[0], _MERGED)
            self._pass_doubt_on(numbers)
        else:
            for number, following in pairwise(chain(numbers, numbers[:1])):
                self._link(number, following, _CONTRADICTED)

    def _pass_doubt_on(self, numbers: Sequence[int]) -> None:
        """Note for the first row, which all of them become, the one whose doubt it has to remember."""
        if self._doubted:
            doubted = next(filter(self._is_doubted, numbers), numbers[0])
            if doubted != numbers[0]:
                self._doubts[numbers[0]] = doubted

    def _is_doubted(self, number: int) -> bool:
        place = bisect_left(self._doubted, number)
        return self._doubted[place : place + 1] == array("I", [number])

    def _link(self, number: int, other: int, flag: int) -> None:
        self._codes[number] |= flag
        self._links[number] = other

    def first(self, number: int) -> int | None:
        """Return the number of the row that row *number* repeats, or None if it repeats none."""
        return self._links[number] if self._codes[number] & _MERGED else None

    def doubt(self, number: int) -> int | None:
        """Return the number of the row in doubt that repeats row *number*, or None if *number* knows all itself."""
        return self._doubts.get(number)

    def others(self, number: int) -> Sequence[int]:
        """Return the next few rows that name the same journey, if not all of them want the same; else nothing."""
        others: list[int] = []
        if self._codes[number] & _CONTRADICTED:
            other = self._links[number]
            while other != number and len(others) < _MOST_OTHERS:
                others.append(other)
                other = self._links[other]
        return others

    def line(self, number: int) -> int:
        """Return the line of row *number* in its file."""
        return self._lines[number]

    def action(self, number: int) -> Action | None:
        """Return what row *number* asks for, or None if it is left out; it must not be a rejection."""
        code = self._codes[number] & _ACTION
        return None if code == _LEFT_OUT else _ACTIONS[code]

    def counts(self) -> Counts:
        """Return how many rows became what."""
        actions = {action: total for action, code in _CODES.items() if (total := self._codes.count(code))}
        rows, operations = len(self._codes), sum(actions.values())
        merged = sum(self._codes.count(code | _MERGED) for code in _CODES.values())
        left_out = self._codes.count(_LEFT_OUT) + self._codes.count(_LEFT_OUT | _CONTRADICTED)
        return Counts(rows, operations, merged, rows - operations - merged - left_out, actions, left_out)
