"""Laws of an account: one run at a time holds it, all processes know it by one key, and nothing shows its token."""

import errno
import fcntl
import hashlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_journeys.errors import RunLocked
from bulk_journeys.session.account import Account, account_of, holding
from bulk_journeys.settings.credentials import Secret
from tests.disks import files_limited_to

URL: Final = "https://journey.example.com"
TOKEN: Final = Secret("s3cr3t-Token_0123456789")
LONG: Final = 60.0
"""Seconds of patience that no test is to use up."""

PRELUDE = """
import os, signal, subprocess, sys, time
from pathlib import Path
from bulk_journeys.session.account import account_of, holding
from bulk_journeys.errors import RunLocked
from bulk_journeys.settings.credentials import Secret
folder = Path(sys.argv[1])
def account():
    return account_of(folder, "https://journey.example.com", Secret("s3cr3t-Token_0123456789"))
def hold(seconds):
    return holding(account(), "other-run", seconds)
"""
HOLDS = "with hold(0.0) as doubt:\n    print(doubt, flush=True)\n    sys.stdin.read()\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "bulk-journeys"


def here(folder: Path) -> Account:
    return account_of(folder, URL, TOKEN)


def lock_file(folder: Path) -> Path:
    return folder / "locks" / f"{here(folder).key}.lock"


@contextmanager
def process(script: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run *script* in a process of its own, which ends with the block."""
    command = [sys.executable, "-c", PRELUDE + script, str(folder), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def said_by(started: subprocess.Popen[str]) -> str:
    assert started.stdout
    return started.stdout.readline().strip()


def end(started: subprocess.Popen[str]) -> None:
    assert started.stdin
    started.stdin.close()
    assert started.wait(LONG) == 0


def naps(*events: Callable[[], object]) -> tuple[list[float], Callable[[float], None]]:
    """Return a sleep that takes no time, and the naps it was asked for; after each one an event happens."""
    taken: list[float] = []
    left = iter(events)

    def sleep(seconds: float) -> None:
        taken.append(seconds)
        next(left, lambda: None)()

    return taken, sleep


COUNTS = """
for _ in range(20):
    with hold(60.0):
        count = int((folder / "count").read_text())
        assert not (folder / "inside").exists()
        (folder / "inside").touch()
        time.sleep(0.001)
        (folder / "inside").unlink()
        (folder / "count").write_text(str(count + 1))
"""


def test_two_processes_never_hold_one_account_at_once(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "count").write_text("0")
    with process(COUNTS, folder) as first, process(COUNTS, folder) as second:
        assert (first.wait(LONG), second.wait(LONG)) == (0, 0)
    assert (folder / "count").read_text() == "40"


def test_whoever_comes_second_is_told_who_holds_the_account_and_how_to_wait(folder: Path) -> None:
    with process(HOLDS, folder) as other:
        assert said_by(other) == "None"
        with pytest.raises(RunLocked) as refused, holding(here(folder), "mine", 0.0):
            pytest.fail("two hold it")
        assert refused.value.exit_code == 75
        host = re.escape(os.uname().nodename)
        assert re.fullmatch(
            rf"another run holds this account: other-run \(process {other.pid} on host {host}, "
            r"since (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC\); wait for it with --wait-for-lock 30s",
            str(refused.value),
        )
        end(other)
    with holding(here(folder), "mine", 0.0) as doubt:
        assert doubt is None


def test_one_process_cannot_hold_an_account_twice(folder: Path) -> None:
    with holding(here(folder), "a", 0.0):
        with pytest.raises(RunLocked, match=r"holds this account: a "), holding(here(folder), "b", 0.0):
            pytest.fail("two hold it")
        with pytest.raises(RunLocked, match=r"holds this account: a "), holding(here(folder), "b", 0.0):
            pytest.fail("a refusal frees it")


def test_a_killed_holder_frees_the_account_even_if_a_child_of_it_lives_on(folder: Path) -> None:
    child = 'subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdout=subprocess.DEVNULL)\n'
    script = HOLDS.replace("    print", f"    {child}    print")
    with process(script, folder) as other:
        assert said_by(other) == "None"
        other.send_signal(signal.SIGKILL)
        assert other.wait(LONG) == -signal.SIGKILL
        with holding(here(folder), "mine", 0.0) as doubt:
            assert doubt is None
            assert json.loads(lock_file(folder).read_bytes())["run"] == "mine"


def test_a_block_that_fails_frees_the_account(folder: Path) -> None:
    with pytest.raises(OSError, match="of the block"), holding(here(folder), "a", 0.0):
        raise OSError(errno.EIO, "of the block")
    with holding(here(folder), "b", 0.0) as doubt:
        assert doubt is None


def test_waiting_ends_as_soon_as_the_holder_ends(folder: Path) -> None:
    with process(HOLDS, folder) as other:
        said_by(other)
        taken, sleep = naps(lambda: None, lambda: end(other))
        with holding(here(folder), "mine", LONG, sleep) as doubt:
            assert doubt is None
    assert taken == [0.1, 0.1]


def test_two_processes_take_turns_without_help(folder: Path) -> None:
    waits = 'print("waits", flush=True)\nwith hold(60.0):\n    print("holds", flush=True)\n'
    with ExitStack() as stack:
        with holding(here(folder), "mine", 0.0):
            other = stack.enter_context(process(waits, folder))
            assert said_by(other) == "waits"
        assert said_by(other) == "holds"


@pytest.mark.parametrize(
    ("patience", "whole_naps", "words"),
    [(30.0, 300, "after 30 s"), (0.25, 2, "after 0.25 s"), (1800.0, 18_000, "after 1800 s")],
)
def test_patience_ends_when_it_is_used_up(folder: Path, patience: float, whole_naps: int, words: str) -> None:
    taken, sleep = naps()
    with (
        holding(here(folder), "a", 0.0),
        pytest.raises(RunLocked) as refused,
        holding(here(folder), "b", patience, sleep),
    ):
        pytest.fail("two hold it")
    assert str(refused.value).endswith(f" UTC); it still holds it {words}")
    assert sum(nap == 0.1 for nap in taken) in {whole_naps, whole_naps - 1}
    assert sum(taken) == pytest.approx(patience)


def test_another_token_or_address_is_another_account(folder: Path) -> None:
    others = [
        account_of(folder, URL, Secret("other")),
        account_of(folder, "http://journey.example.com", TOKEN),
        account_of(folder, f"{URL}:8443", TOKEN),
        account_of(folder, f"{URL}/eu", TOKEN),
        account_of(folder, f"{URL}/EU", TOKEN),
        account_of(folder, "https://journey.example.org", TOKEN),
    ]
    accounts = [here(folder), *others]
    assert len({account.key for account in accounts}) == 7
    with ExitStack() as stack:
        assert [stack.enter_context(holding(account, "run", 0.0)) for account in accounts] == [None] * 7


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (URL, f"{URL}/"),
        (URL, f"{URL}//"),
        (URL, "HTTPS://Journey.Example.COM"),
        (URL, f"{URL}:443/"),
        (f"{URL}/eu", f"{URL}:443/eu/"),
        ("http://localhost", "http://LOCALHOST:80"),
        ("http://[::1]:8080", "http://[::1]:8080/"),
        ("http://[2001:DB8::1]:80", "http://[2001:db8::1]"),
    ],
)
def test_one_address_is_one_account_however_it_is_written(folder: Path, one: str, other: str) -> None:
    assert account_of(folder, one, TOKEN) == account_of(folder, other, TOKEN)


def test_a_port_of_the_other_scheme_counts(folder: Path) -> None:
    assert account_of(folder, f"{URL}:80", TOKEN) != here(folder)
    assert account_of(folder, "http://[::1]:8080", TOKEN) != account_of(folder, "http://[::1]:80", TOKEN)


def test_a_key_takes_a_hash_that_is_slow_to_try(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = here(folder).key
    salt = (folder / "salt").read_bytes().strip()
    secret = f"{URL} {TOKEN.reveal()}".encode()
    assert key.partition("-")[2] == hashlib.scrypt(secret, salt=salt, n=8192, r=8, p=1, dklen=16).hex()
    monkeypatch.delattr(hashlib, "scrypt")  # as where OpenSSL is one for FIPS
    assert here(folder).key.partition("-")[2] == hashlib.pbkdf2_hmac("sha256", secret, salt, 50_000, dklen=16).hex()


def test_each_state_folder_has_its_own_keys(tmp_path: Path) -> None:
    assert here(tmp_path / "a").key != here(tmp_path / "b").key


def test_an_address_is_known_once_a_run_went_there_whatever_its_token_was(folder: Path) -> None:
    assert not here(folder).known
    with holding(here(folder), "run", 0.0):
        pass
    assert account_of(folder, URL, Secret("another")).known
    assert not account_of(folder, "https://elsewhere.example", TOKEN).known


def test_an_address_is_met_once_that_was_noted_whatever_the_token_was(folder: Path) -> None:
    with holding(here(folder), "run", 0.0):
        assert not here(folder).met
    for _ in range(2):
        here(folder).meet()
    assert here(folder).met
    assert account_of(folder, f"{URL}:443/", Secret("another")).met
    assert not account_of(folder, f"{URL}/eu", TOKEN).met
    (mark,) = (folder / "met").iterdir()
    assert mark.read_bytes() == b""
    assert [stat.S_IMODE(path.stat().st_mode) for path in (mark.parent, mark)] == [0o700, 0o600]


def test_who_cannot_keep_whom_he_met_goes_on(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "met").symlink_to("nowhere")
    (tmp_path / "file").touch()
    for account in (here(folder), account_of(tmp_path / "file", URL, TOKEN), account_of(Path("/dev/null"), URL, TOKEN)):
        account.meet()
        assert not account.met
    assert not (folder / "nowhere").exists()


def test_a_link_in_the_place_of_the_mark_is_not_followed(folder: Path) -> None:
    (folder / "met").mkdir(parents=True)
    (folder / "met" / here(folder).key.partition("-")[0]).symlink_to(folder / "salt")
    here(folder).meet()
    assert not here(folder).met


def test_no_file_and_no_word_shows_the_token_or_the_address(folder: Path) -> None:
    with holding(here(folder), "run", 0.0):
        with pytest.raises(RunLocked) as refused, holding(here(folder), "run", 0.0):
            pytest.fail("two hold it")
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert len(files) == 2
        told = [str(refused.value), repr(here(folder)), *map(str, files), *(path.read_text() for path in files)]
    assert not any(word in text for text in told for word in (TOKEN.reveal(), "s3cr3t", "journey.example"))


def test_the_files_and_their_folders_are_for_their_owner_alone(folder: Path) -> None:
    with holding(here(folder), "run", 0.0):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {folder.name: 0o700, "locks": 0o700, "salt": 0o600, lock_file(folder).name: 0o600}


def test_the_lock_file_says_who_holds_it_in_one_line_and_outlives_the_run(folder: Path) -> None:
    with holding(here(folder), "2026-06-17-pause", 0.0):
        line = lock_file(folder).read_bytes()
    assert line.count(b"\n") == 1
    told = json.loads(line)
    assert list(told) == ["run", "pid", "host", "since"]
    assert told["run"] == "2026-06-17-pause"
    assert (told["pid"], told["host"]) == (os.getpid(), os.uname().nodename)
    assert datetime.fromisoformat(told["since"]).utcoffset() == UTC.utcoffset(None)
    assert lock_file(folder).read_bytes() == b""


def refusal_beside(folder: Path, content: bytes) -> str:
    """Return what a run is told that finds *content* in a locked file."""
    path = folder / "locks" / "key.lock"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(RunLocked) as refused, holding(Account(folder, "key", None), "mine", 0.0):
            pytest.fail("two hold it")
    return str(refused.value)


GOOD: Final = {"run": "r", "pid": 4711, "host": "x", "since": "2001-02-03T14:03:22Z"}
TORN: Final = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\x00",
    b"[" * 10_000,
    json.dumps(GOOD).encode()[:-1],
    *(
        json.dumps({**GOOD, **wrong}).encode()
        for wrong in (
            {"run": 1},
            {"run": "r" * 10_000},
            {"pid": "1"},
            {"pid": 0},
            {"pid": 10**100},
            {"since": "today"},
            {"since": "2001-02-03T14:03:22"},
            {"since": "0001-01-01T00:00:00+23:59"},
        )
    ),
]


@pytest.mark.parametrize("content", TORN)
def test_a_file_that_says_nothing_of_use_is_another_process(folder: Path, content: bytes) -> None:
    told = refusal_beside(folder, content)
    assert told == "another process holds this account; wait for it with --wait-for-lock 30s"


def test_a_holder_of_another_day_is_told_with_its_date(folder: Path) -> None:
    told = refusal_beside(folder, json.dumps({**GOOD, "since": "2001-02-03T14:03:22+01:00"}).encode())
    assert "r (process 4711 on host x, since 2001-02-03 13:03:22 UTC); wait" in told


def test_what_a_file_says_is_bounded_and_gives_a_terminal_no_orders(folder: Path) -> None:
    told = refusal_beside(folder, json.dumps({**GOOD, "run": "\x1b[2J" + "r" * 500, "host": "h\n" * 500}).encode())
    assert told.isprintable()
    assert len(told) < 400


@settings(deadline=None)  # a disk keeps nobody's deadline
@given(st.binary(max_size=200))
def test_no_content_of_the_file_is_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    assert "holds this account" in refusal_beside(tmp_path_factory.mktemp("state"), content)


def test_a_name_that_no_file_can_hold_is_written_all_the_same(folder: Path) -> None:
    with holding(here(folder), "\udcff" + "\N{PILE OF POO}" * 500, 0.0) as doubt:
        assert doubt is None
        assert json.loads(lock_file(folder).read_bytes())["run"] == "\N{REPLACEMENT CHARACTER}" + "\N{PILE OF POO}" * 79
        with pytest.raises(RunLocked, match="holds this account: \N{REPLACEMENT CHARACTER}"):
            holding(here(folder), "b", 0.0).__enter__()


BEGIN_TOGETHER = """
import hashlib
hashlib.scrypt = lambda secret, *, salt, **cost: salt  # what is slow on purpose would keep the processes apart
folders, (starts, start) = sorted(folder.iterdir()), os.pipe()
def keys():
    os.close(start)
    os.read(starts, 1)
    accounts = [account_of(each, "https://x", Secret("t")) for each in folders]
    return [account.doubt or account.key for account in accounts]
for _ in range(20):
    if not os.fork():
        try:
            os.write(1, f'{hashlib.sha256(" ".join(keys()).encode()).hexdigest()}\\n'.encode())  # in one piece
        finally:
            os._exit(0)
os.close(start)
for _ in range(20):
    os.wait()
print(*(account_of(each, "https://x", Secret("t")).doubt for each in folders))
"""


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_twenty_processes_that_begin_together_agree_on_the_key(tmp_path: Path, content: bytes | None) -> None:
    for number in range(100):
        (tmp_path / str(number)).mkdir()
        if content is not None:
            (tmp_path / str(number) / "salt").write_bytes(content)
    with process(BEGIN_TOGETHER, tmp_path) as started:
        keys = [said_by(started) for _ in range(20)]
        assert set(said_by(started).split()) == {"None"}
    assert re.fullmatch("[0-9a-f]{64}", keys[0])
    assert keys == keys[:1] * 20
    assert {path.name for path in tmp_path.glob("*/*")} == {"salt"}


SALT: Final = b"0123456789abcdef" * 2 + b"\n"


@pytest.mark.parametrize(
    "content", [b"", b"\n", SALT[:-1], SALT[1:], SALT * 2, SALT.upper(), b"\xff" * 33, b"0" * 100_000]
)
def test_a_damaged_salt_is_made_anew_and_stays(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "salt").write_bytes(content)
    account = here(folder)
    assert account.doubt is None
    assert re.fullmatch(rb"[0-9a-f]{32}\n", (folder / "salt").read_bytes())
    assert here(folder) == account


def test_a_salt_that_another_process_mends_for_ever_is_a_doubt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    (folder / "salt").touch()
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with (folder / "salt").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        doubt = here(folder).doubt
    assert doubt is not None
    assert doubt.endswith(f"{folder / 'salt'}: another process keeps this file locked")


def test_a_salt_that_was_there_is_used_as_it_is(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "salt").write_bytes(SALT)
    secret = f"{URL} {TOKEN.reveal()}".encode()
    whose = hashlib.scrypt(secret, salt=SALT[:32], n=8192, r=8, p=1, dklen=16).hex()
    assert here(folder).key.partition("-")[2] == whose
    assert (folder / "salt").read_bytes() == SALT


def put_in_the_way(path: Path, what: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match what:
        case "folder":
            path.mkdir()
        case "link":
            path.with_name("mine").write_text("mine")
            path.symlink_to(path.with_name("mine"))
        case "broken link":
            path.symlink_to(path.with_name("nothing"))
        case "pipe":
            os.mkfifo(path)


WARNING: Final = "it cannot be made sure that no other run changes these journeys at the same time: "
IN_THE_WAY: Final = ["folder", "link", "broken link", "pipe"]


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_without_a_salt_for_all_the_run_goes_on_with_a_warning(folder: Path, what: str) -> None:
    put_in_the_way(folder / "salt", what)
    before = sorted(folder.iterdir())
    for run in "ab":
        with holding(here(folder), run, LONG) as doubt:
            assert doubt is not None
            assert doubt.startswith(f"{WARNING}{folder / 'salt'}: ")
    assert sorted(folder.iterdir()) == before
    assert what != "link" or (folder / "mine").read_text() == "mine"


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_is_no_regular_file_is_not_locked_and_the_run_goes_on_with_a_warning(folder: Path, what: str) -> None:
    put_in_the_way(lock_file(folder), what)
    with holding(here(folder), "mine", LONG) as doubt:
        assert doubt is not None
        assert doubt.startswith(f"{WARNING}{lock_file(folder)}: ")
    assert what != "link" or lock_file(folder).with_name("mine").read_text() == "mine"


def test_a_file_where_a_folder_should_be_is_a_warning_and_stays(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("mine")
    with holding(here(tmp_path / "state"), "run", 0.0) as doubt:
        assert doubt == f"{WARNING}{tmp_path / 'state' / 'salt'}: Not a directory"
    with holding(here(Path(os.devnull) / "x"), "run", 0.0) as doubt:
        assert doubt == f"{WARNING}/dev/null/x/salt: Not a directory"
    assert (tmp_path / "state").read_text() == "mine"


READ_ONLY = """
os.chdir(folder)
folder = Path()
os.chmod(folder, 0o500)
if os.geteuid() == 0:  # who may write everywhere
    os.chown(folder, 65534, -1)
    os.chown("salt", 65534, -1)
    os.setuid(65534)
with hold(0.0) as doubt:
    print(doubt, flush=True)
"""


def test_a_folder_that_cannot_be_written_is_a_warning_but_its_salt_is_used(folder: Path) -> None:
    key = here(folder).key
    with process(READ_ONLY, folder) as other:
        told = said_by(other)
    folder.chmod(0o700)
    assert told == f"{WARNING}locks/{key}.lock: Permission denied"


def test_a_full_disk_takes_no_lock_away(folder: Path) -> None:
    account = here(folder)
    with files_limited_to(4), holding(account, "a", 0.0) as doubt:
        assert doubt is None
        with pytest.raises(RunLocked, match=r"^another process holds this account"), holding(account, "b", 0.0):
            pytest.fail("two hold it")


def test_a_full_disk_that_takes_no_salt_is_a_warning_and_leaves_nothing(folder: Path) -> None:
    with files_limited_to(0):
        account = here(folder)
    assert account.doubt == f"{WARNING}{folder / 'salt'}: File too large"
    assert list(folder.iterdir()) == []
    assert here(folder).doubt is None


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO])
def test_a_disk_without_locks_is_a_warning(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def flock(fd: int, operation: int) -> None:
        raise OSError(code, os.strerror(code))

    account = here(folder)
    monkeypatch.setattr(fcntl, "flock", flock)
    with holding(account, "run", LONG) as doubt:
        assert doubt == f"{WARNING}{lock_file(folder)}: {os.strerror(code)}"


def test_what_a_killed_process_left_of_a_salt_is_removed_when_one_is_made(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".salt.abcdefgh.tmp").touch()
    assert here(folder).doubt is None
    assert [path.name for path in folder.iterdir()] == ["salt"]
