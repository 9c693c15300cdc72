"""Laws of the safeguards: what is too large, too old, protected or done already is refused, and says what to do."""

import fcntl
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from bulk_journeys.errors import PlanRefused, UsageError
from bulk_journeys.followup import derived_plan
from bulk_journeys.journal.entries import Began, Ended, Heard, JournalEntry, Settled
from bulk_journeys.journal.reader import at_rest, ledger_of
from bulk_journeys.jsonlines import encode_lines
from bulk_journeys.model import Action, Ending, FollowUp, Outcome
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.plan.document import Counts, Header, Merged, Operation, Parent, Plan, Source
from bulk_journeys.session.checks import check_age, check_protected, check_size
from bulk_journeys.session.done_before import check_childless, check_done_before, refused_follow_ups
from tests.fakes import uuid_of

HOUR = 3600.0
NOW = 1_000_000.0
URL = "http://127.0.0.1:1"
BEGAN = Began(NOW - HOUR, URL)
LATER = Began(NOW - HOUR / 2, URL)
SETTLED = Settled(0, 1, NOW, NOW, Outcome.APPLIED)
ENDED = Ended(NOW, Ending.COMPLETE, "nothing is left to do")
STOPPED = Ended(NOW, Ending.UNAUTHORISED, "the API refused the token")


PARENT = Parent("r", FollowUp.RETRY, URL, NOW - 5 * HOUR, 0, ["failed"])
UNDONE = Parent("r1", FollowUp.UNDO, URL, BEGAN.at, 1, ["applied"])


def plan(rows: int = 2, action: Action = Action.PAUSE, sha256: str = "a" * 64, parent: Parent | None = None) -> Plan:
    operations = (Operation(row + 2, uuid_of(row), action, []) for row in range(rows))
    return derived_plan(operations, [Source("list.csv", sha256, ["uuid"])], parent)


def ran(runs_dir: Path, name: str, made: Plan, *journal: JournalEntry) -> None:
    (runs_dir / name).mkdir()
    made.save(runs_dir / name / "plan.jsonl")
    (runs_dir / name / "journal.jsonl").write_bytes(encode_lines(journal))


def test_a_plan_may_have_as_many_journeys_as_allowed_and_not_one_more() -> None:
    check_size(plan(3), 3)
    check_size(plan(3), None)
    with pytest.raises(PlanRefused, match=r"to change 3 journeys, and --max-rows allows 2; nothing was sent"):
        check_size(plan(3), 2)


def test_rows_that_are_no_calls_do_not_count() -> None:
    repeated: list[Operation | Merged] = [
        Operation(2, uuid_of(0), Action.PAUSE, []),
        Merged(3, uuid_of(0), Action.PAUSE, 2, 0, []),
    ]
    check_size(derived_plan(repeated, [Source("list.csv", "a" * 64, ["uuid"])], PARENT), 1)


def test_a_list_may_be_as_old_as_allowed_and_no_older(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.touch()
    os.utime(path, (NOW - 2 * HOUR, NOW - 2 * HOUR))
    check_age([str(path)], 2 * HOUR, NOW)
    check_age([str(path)], None, NOW)
    with pytest.raises(PlanRefused, match=r"export.csv: it was written 3 hours ago, and --max-age allows 2 hours"):
        check_age([str(path)], 2 * HOUR, NOW + HOUR)


def test_a_list_that_is_to_be_written_yet_has_no_age(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.touch()
    os.utime(path, (NOW + 3 * HOUR, NOW + 3 * HOUR))
    with pytest.raises(PlanRefused) as refused:
        check_age([str(path)], 2 * HOUR, NOW)
    assert str(refused.value) == (
        f"{path}: it was written 3 hours from now by this machine's clock, so that its age cannot be told; "
        "nothing was sent; set the clock right and export it anew, or drop --max-age"
    )
    check_age([str(path)], None, NOW)
    check_age([str(path)], 2 * HOUR, NOW + 3 * HOUR - 60)  # a file server's clock may be a little ahead


def test_the_age_of_what_is_no_file_cannot_be_told() -> None:
    with pytest.raises(PlanRefused, match="-: its age cannot be told; save it to a file"):
        check_age(["-"], HOUR, NOW)
    check_age(["-"], None, NOW)


def test_a_saved_plan_is_no_younger_than_its_list(tmp_path: Path) -> None:
    plan().save(tmp_path / "plan.jsonl")
    with pytest.raises(PlanRefused, match="a saved plan does not tell how old its list is; name the list"):
        check_age([str(tmp_path / "plan.jsonl")], HOUR, NOW)
    check_age([str(tmp_path / "missing.csv")], HOUR, NOW)  # whoever reads it says that it is not there


def test_a_protected_journey_is_not_touched_and_every_row_of_it_is_named() -> None:
    protected = plan(1, Action.START)
    with pytest.raises(PlanRefused) as refused:
        check_protected(plan(2), protected, Path("vip.csv"))
    assert str(refused.value) == (
        "1 of the journeys are protected by vip.csv, so nothing was sent\n"
        f"list.csv:2: {uuid_of(0)} is on line 2\n"
        "take them out, or drop --protect"
    )


def test_of_many_protected_journeys_the_first_are_named_and_all_are_counted() -> None:
    with pytest.raises(PlanRefused) as refused:
        check_protected(plan(25), plan(30), Path("vip.csv"))
    lines = str(refused.value).splitlines()
    assert lines[0].startswith("25 of the journeys are protected")
    assert len(lines) == 23
    assert lines[-2] == "and 5 more"


def test_a_plan_without_protected_journeys_passes() -> None:
    others = derived_plan([Operation(2, uuid_of(9), Action.PAUSE, [])], [], PARENT)
    check_protected(plan(2), others, Path("vip.csv"))


@pytest.mark.parametrize("journal", [(BEGAN, SETTLED, ENDED), (BEGAN, SETTLED), (BEGAN,), (BEGAN, SETTLED, STOPPED)])
def test_what_was_begun_is_not_done_again_within_a_day(tmp_path: Path, journal: Sequence[JournalEntry]) -> None:
    ran(tmp_path, "r1", plan(), *journal)
    with pytest.raises(UsageError, match=r"carried out 60 minutes ago, in .*r1; .*resume .*r1.*; --again does it anew"):
        check_done_before(plan(), URL, tmp_path, NOW)
    check_done_before(plan(), URL, tmp_path, NOW + 24 * HOUR)


def test_what_is_to_be_done_yet_by_a_clock_that_was_set_back_is_not_done_again(tmp_path: Path) -> None:
    ran(tmp_path, "r1", plan(), BEGAN, SETTLED, ENDED)
    for now, words in ((BEGAN.at - 60, "60 seconds"), (0.0, "12 days")):
        with pytest.raises(UsageError, match=rf"carried out {words} from now by this machine's clock, in .*r1; "):
            check_done_before(plan(), URL, tmp_path, now)


def test_a_run_that_changed_nothing_stands_in_no_ones_way(tmp_path: Path) -> None:
    ran(tmp_path, "r1", plan(), BEGAN, STOPPED)
    ran(tmp_path, "r2", plan(), BEGAN, Heard(0, 1, NOW, NOW, Code.UNAUTHENTICATED, "no"), STOPPED)
    ran(tmp_path, "r3", plan())
    (tmp_path / "r4").mkdir()
    (tmp_path / "r4" / "plan.jsonl").write_bytes(b"damaged\n")
    check_done_before(plan(), URL, tmp_path, NOW)


def test_a_run_that_may_have_changed_something_does(tmp_path: Path) -> None:
    lost = Heard(0, 1, NOW, NOW, Code.TIMEOUT, "no answer", lost="the answer to attempt 1 was lost")
    ran(tmp_path, "r1", plan(), BEGAN, lost, STOPPED)
    with pytest.raises(UsageError, match="r1"):
        check_done_before(plan(), URL, tmp_path, NOW)


@pytest.mark.parametrize("other", [plan(action=Action.START), plan(3), plan(sha256="b" * 64)])
def test_another_list_or_another_action_is_something_else(tmp_path: Path, other: Plan) -> None:
    ran(tmp_path, "r1", plan(), BEGAN, SETTLED)
    check_done_before(other, URL, tmp_path, NOW)


def test_a_run_is_taken_back_once_and_taken_up_once(tmp_path: Path) -> None:
    undone = plan(action=Action.START, parent=UNDONE)
    ran(tmp_path, "r1", plan(), BEGAN, SETTLED, ENDED)
    check_done_before(undone, URL, tmp_path, NOW)
    check_childless(BEGAN.at, [tmp_path])
    ran(tmp_path, "r2", undone, LATER, SETTLED)
    with pytest.raises(UsageError, match=r"r1 was undone before, in .*r2; .*resume .*r2.*; --again"):
        check_done_before(undone, URL, tmp_path, NOW + 1000 * HOUR)
    with pytest.raises(UsageError, match="r1 was undone before"):
        check_childless(BEGAN.at, [tmp_path, tmp_path], [FollowUp.UNDO])
    check_childless(BEGAN.at, [tmp_path], [FollowUp.RETRY])
    check_childless(NOW, [tmp_path])


def test_resume_is_advised_only_where_it_would_send_something(tmp_path: Path) -> None:
    second = Settled(1, 1, NOW, NOW, Outcome.APPLIED)
    told = "carried out 60 minutes ago, in "

    def advice() -> str:
        with pytest.raises(UsageError) as caught:
            check_done_before(plan(), URL, tmp_path, NOW)
        return str(caught.value).partition(told)[2].partition("; ")[2]

    ran(tmp_path, "r1", plan(), BEGAN, SETTLED)
    resume = f"'bulk-journeys resume {tmp_path / 'r1'}' goes on with it; "
    assert advice() == f"{resume}--again does it anew"
    with at_rest(tmp_path / "r1" / "journal.jsonl"):
        assert advice().startswith(resume)  # somebody looks at it, too
    with (tmp_path / "r1" / "journal.jsonl").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert advice() == "it is still under way; --again does it anew"
    ran(tmp_path, "r2", plan(action=Action.START, parent=UNDONE), LATER, SETTLED)
    assert advice() == "--again does it anew"  # resume would be refused: it was undone
    for run, last in (("r1", (Ended(NOW, Ending.RESCUED, "moved"),)), ("r1", (second, ENDED)), ("r1", (second,))):
        shutil.rmtree(tmp_path / run)
        shutil.rmtree(tmp_path / "r2", ignore_errors=True)
        ran(tmp_path, run, plan(), BEGAN, SETTLED, *last)
        assert advice() == "--again does it anew"


def test_a_verb_is_refused_for_what_was_made_of_the_same_rows(tmp_path: Path) -> None:
    def refused() -> set[FollowUp]:
        with ledger_of(tmp_path / "r1" / "journal.jsonl") as ledger:
            return refused_follow_ups(ledger, [tmp_path, tmp_path])

    ran(tmp_path, "r1", plan(), BEGAN, SETTLED, ENDED)
    assert refused() == set()
    retried = Parent("r1", FollowUp.RETRY, URL, BEGAN.at, 1, ["conflict"])
    ran(tmp_path, "r2", plan(parent=retried), LATER, SETTLED)
    assert refused() == {"resume"}
    ran(tmp_path, "r3", plan(action=Action.START, parent=UNDONE), LATER, STOPPED)
    assert refused() == {"resume"}  # that undo changed nothing
    ran(tmp_path, "r4", plan(action=Action.START, parent=UNDONE), LATER, SETTLED)
    assert refused() == {"resume", FollowUp.RETRY, "undo"}


def test_the_same_somewhere_else_is_something_else(tmp_path: Path) -> None:
    ran(tmp_path, "r1", plan(), BEGAN, SETTLED)
    check_done_before(plan(), "http://127.0.0.1:2", tmp_path, NOW)


def test_two_undos_of_different_rows_stand_in_nobodys_way(tmp_path: Path) -> None:
    ran(tmp_path, "r1", plan(), BEGAN, SETTLED, ENDED)
    ran(tmp_path, "r2", plan(action=Action.START, parent=UNDONE), BEGAN, SETTLED)
    check_childless(BEGAN.at, [tmp_path], [FollowUp.UNDO], ["in_doubt"])
    with pytest.raises(UsageError, match="r1 was undone before"):
        check_childless(BEGAN.at, [tmp_path], [FollowUp.UNDO], ["applied", "in_doubt"])


def test_a_plan_made_of_a_run_that_went_on_since_is_not_carried_out(tmp_path: Path) -> None:
    other = Settled(1, 1, NOW, NOW, Outcome.APPLIED)
    ran(tmp_path, "r1", plan(), BEGAN, SETTLED, other)
    with pytest.raises(UsageError, match="r1 went on since this plan was made of it; make it anew"):
        check_done_before(plan(action=Action.START, parent=UNDONE), URL, tmp_path, NOW)


def test_an_undo_that_never_began_does_not_count(tmp_path: Path) -> None:
    ran(tmp_path, "r2", plan(parent=UNDONE))
    check_childless(BEGAN.at, [tmp_path])


def test_a_protecting_list_with_a_row_that_is_not_understood_is_refused() -> None:
    rejected = Plan(Header(1, "0.1.0", [], Counts(1, 0, 0, 1, {})), [])
    with pytest.raises(PlanRefused, match=r"vip.csv: not every row has a journey id, .*; correct it"):
        check_protected(plan(1), rejected, Path("vip.csv"))
