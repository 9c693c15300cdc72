"""Laws of what strangers can do: servers, lists, plans and folders say what they like, and it stays words."""

import csv
import fcntl
import io
import json
import os
import pty
import re
import shlex
import stat
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
import openpyxl
import pytest
from anyio.from_thread import BlockingPortal

from bulk_journeys.commands.plan import Wish, made_plan
from bulk_journeys.plan.select import Choices
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Action
from bulk_journeys.sandbox.population import populate
from bulk_journeys.session.account import LOCKS_NAME, account_of
from bulk_journeys.session.folder import list_runs
from bulk_journeys.session.state_folder import state_folder
from bulk_journeys.settings.credentials import Secret
from tests.audit_dependencies import audit, dependencies, verdict
from tests.cli.odd_servers import OddServer, Script, Visit, error, honest, http, saying, serving, whole
from tests.cli.stage import Cli, Done, command, write_list

FAST: Final = ("--yes", "--rate", "off", "--tries", "2")
FAKE: Final = "  applied           9,999"
"""A line as the summary has them, which nobody may put into its mouth."""

ORDERS: Final = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066\u2028\x00\x08\x7f\r"
EVIL: Final = f"{ORDERS}\n{FAKE}\n{ORDERS}"
TEXT: Final = EVIL.replace("\0", "")
"""What stands in a list; one with a byte order mark is a text, whatever else is in it."""

TYPEABLE: Final = f"\u202e\u2066\x9b31m\x7f\x1b]0;owned\x07\r\n{FAKE}\n"
"""What the name of a file can hold."""

UUID: Final = "7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f"

REST: Final[dict[str, Any]] = {"began": 1.0, "settled": 0, "outcomes": ["applied"]}
"""What else a plan says of its parent run."""

Odd = Callable[..., OddServer]


@pytest.fixture
def odd(portal: BlockingPortal) -> Iterator[Odd]:
    """Return what begins a server with so many journeys, which ends with the test."""
    with ExitStack() as stack:

        def begin(script: Script, rows: int) -> OddServer:
            server = OddServer(script, populate(Config(rows)))
            return stack.enter_context(portal.wrap_async_context_manager(serving(server)))

        yield begin


def asking(server: OddServer, *flags: str) -> list[str]:
    """Return the command that pauses all journeys of *server*."""
    write_list(Path("journeys.csv"), list(server.world.journeys))
    return ["run", "journeys.csv", "--action", "pause", *FAST, "--base-url", server.base_url, *flags]


def assert_harmless(*told: Done) -> None:
    """Hold that no word gives a terminal orders, or passes for a line of ours; and that none is a traceback."""
    for done in told:
        for text in (done.out, done.err):
            words = text.replace("\x7f", "") if text.startswith("{") else text  # JSON has it raw; terminals ignore it
            assert words.replace("\n", "").isprintable(), text
            assert FAKE not in text.splitlines()
            assert "Traceback" not in text


def runs(verb: str = "") -> list[Path]:
    return [run.path for run in list_runs(Path("runs")) if verb in run.run_id]


# Words of servers


def evil_error(code: int, status: str) -> Script:
    return saying(error(code, status, EVIL))


async def applied(visit: Visit) -> None:
    info = {"uuid": visit.journey.uuid, "title": EVIL, "status": "STATUS_PAUSED"}
    await visit.say(http(msgspec.json.encode({"info": info})))


async def at_a_word(visit: Visit) -> None:
    """Do as the path says."""
    action = Action(visit.raw.split(b" ")[1].rpartition(b"/")[2].decode())
    assert visit.journey.act(action) is None
    await visit.say(whole(visit.journey.uuid, visit.journey.status))


async def lost_at_first(visit: Visit) -> None:
    lost = visit.journey.requests == 1
    await visit.say(error(14, "503 Oh", EVIL) if lost else error(9, "400 No", EVIL))


def shown(uuid: str, status: str) -> Script:
    return saying(whole(uuid, status))


ODD_HEADER: Final = "Retry-After: \x1b[2J\r\nContent-Type: \x1b[2J\r\n"
ANSWERS: Final[list[Script]] = [
    lost_at_first,
    evil_error(9, "400 Bad Request"),
    evil_error(7, "403 Forbidden"),
    evil_error(10, "409 Conflict"),
    saying(http(EVIL.encode(), "500 \x1b[2J")),
    saying(http(EVIL.encode(), headers=ODD_HEADER)),
    saying(http(json.dumps({"error": {"message": EVIL}}).encode(), "400 Bad Request")),
    shown(EVIL, "STATUS_PAUSED"),
    shown(UUID, EVIL),
]


def test_words_of_a_server_never_reach_a_terminal_raw(odd: Odd, cli: Cli) -> None:
    """In no command that repeats them, and in JSON as escapes."""
    answers = [*ANSWERS, applied]
    places = {uuid: place for place, uuid in enumerate(populate(Config(len(answers))).journeys)}

    async def script(visit: Visit) -> None:
        await answers[places[visit.journey.uuid]](visit)

    server = odd(script, len(answers))
    told = [cli(*asking(server, "--concurrency", "1"))]
    assert told[0].code == 3, told[0].err
    told += [cli("report", "--format", form) for form in ("text", "json", "jsonl")]
    told += [cli("runs"), cli("undo", "-o", "back.jsonl"), cli("plan", "back.jsonl"), cli("retry", "-o", "more.jsonl")]
    told += [cli("plan", "more.jsonl", "--json"), cli("plan", str(runs()[0] / "failed.csv")), cli("retry", *FAST)]
    told += [cli("undo", runs()[0].name, *FAST), cli("report"), cli("runs")]
    assert_harmless(*told)
    assert ": the answer to attempt 1 was lost (" in told[5].err
    kept = [json.loads(line) for line in (runs()[0] / "results.jsonl").read_text().splitlines()]
    assert EVIL in {record["title"] for record in kept}
    assert any(EVIL in record["error"]["message"] for record in kept if record["error"])


def test_an_undo_that_finds_nothing_tells_what_is_in_doubt_without_giving_orders(odd: Odd, cli: Cli) -> None:
    assert cli(*asking(odd(lost_at_first, 1))).code == 5
    done = cli("undo", *FAST)
    assert "there is nothing that can be undone" in done.err
    assert_harmless(done)


@pytest.mark.parametrize("answer", [error(16, "401 Unauthorized", EVIL), error(12, "501 Not Implemented", EVIL)])
def test_words_that_stop_a_run_are_no_orders_either(answer: bytes, odd: Odd, cli: Cli) -> None:
    told = [cli(*asking(odd(saying(answer), 3))), cli("report"), cli("runs"), cli("report", "--format", "json")]
    assert told[0].code == 4
    assert "stopping: " in told[0].err
    assert_harmless(*told)


class Screen:
    """A terminal that nobody sits at: what was printed on it."""

    def __init__(self, *arguments: str) -> None:
        master, slave = pty.openpty()
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": slave, "stderr": slave}
        with subprocess.Popen(command(*arguments), **streams) as process:
            os.close(slave)
            self.text = b"".join(iter(lambda: _read(master), b"")).decode(errors="replace")
        os.close(master)
        self.code = process.returncode


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # how Linux says that nobody writes any more
        return b""


def assert_no_orders(text: str) -> None:
    """Hold it of a screen, where the progress bar gives orders of its own."""
    found = re.findall("\x1b\\]|\x1b\\[2J|[\x9b\u202e\u2066\u2028\x00\x08\x7f]", text)
    assert found == [], text


def test_words_of_a_server_are_no_orders_beside_the_progress_bar(odd: Odd) -> None:
    screen = Screen(*asking(odd(saying(error(16, "401 Unauthorized", EVIL)), 3)))
    assert screen.code == 4
    assert "stopping: " in screen.text
    assert_no_orders(screen.text)


def test_a_table_that_goes_to_a_terminal_gives_it_no_orders(odd: Odd, cli: Cli) -> None:
    """To a file or a pipe it goes as it is."""
    cli(*asking(odd(evil_error(9, "400 Bad Request"), 1)))
    assert EVIL in cli("report", "--format", "csv").out
    assert_no_orders(Screen("report", "--format", "csv").text)


# Words of lists


def evil_book(path: Path) -> None:
    book = openpyxl.Workbook()
    for title, header in (("\u202e\x9b31m one", "uuid"), ("\u202e\x9b31m two", "uuid")):
        sheet = book.create_sheet(title)
        sheet.append([header, f"note\u202e\x9b31m\n{FAKE}"])
        sheet.append([UUID, "\u202e\x9b31m"])
        sheet.append(["\u202e\x9b31m", f"\n{FAKE}\n"])
    book.save(path)


def evil_lists() -> list[Path]:
    """Write lists that have orders wherever words can be, under names that are orders."""
    text = io.StringIO()
    rows = [
        [f"uuid {TEXT}", f"action{TEXT}", TEXT],
        [UUID, TEXT, TEXT],
        [TEXT, "pause", TEXT],
        [TEXT, f"pasue{TEXT}", ""],
    ]
    csv.writer(text).writerows(rows)
    plain = text.getvalue().replace(f"uuid {TEXT}", "uuid").replace(f"action{TEXT}", "action")
    named = json.dumps({TEXT: [{"uuid": UUID, TEXT: TEXT}], f"two{TEXT}": [{"uuid": UUID, "action": TEXT}]})
    content = {
        "headers": text.getvalue(),
        "cells": plain,
        "json": named,
        "line": json.dumps({"uuid": TEXT, TEXT: TEXT}),
    }
    paths = [Path(f"{name}{TYPEABLE}") for name in (*content, "zip", "several", "book")]
    for path, words in zip(paths, content.values(), strict=False):
        path.write_text(words, encoding="utf-8-sig")
    with zipfile.ZipFile(paths[4], "w") as packed:
        packed.writestr(TEXT, f"\ufeff{plain}")
    with zipfile.ZipFile(paths[5], "w") as packed:
        packed.writestr(f"a{TEXT}", f"\ufeff{plain}")
        packed.writestr(f"b{TEXT}", f"\ufeff{plain}")
    evil_book(paths[6])
    return paths


def test_words_of_a_list_never_reach_a_terminal_raw(cli: Cli) -> None:
    flags = (
        (),
        ("--action", "pause"),
        ("--id-column", TEXT),
        ("--action-column", TEXT, "--sheet", TEXT),
        ("--sheet", "\u202e\x9b31m one", "--action", "pause"),
    )
    for path in evil_lists():
        for chosen in flags:
            told = [cli("plan", path, *chosen), cli("plan", path, *chosen, "--json")]
            told.append(cli("plan", path, *chosen, "--skip-invalid", "-o", "kept.jsonl"))
            told.append(cli("run", path, *chosen, *FAST, "--base-url", "http://127.0.0.1:1"))
            assert {done.code for done in told} <= {0, 2, 4}
            assert_harmless(*told)


def test_words_of_a_list_that_is_carried_out_are_no_orders(odd: Odd, cli: Cli) -> None:
    """Its bad rows are in the results, and its name in front of each example."""
    server = odd(honest, 1)
    paths = [Path(f"a{TYPEABLE}"), Path(f"b{TYPEABLE}")]
    for path in paths:
        words = io.StringIO()
        csv.writer(words).writerows([["uuid", TEXT], [next(iter(server.world.journeys)), TEXT], [f"x{TEXT}", TEXT]])
        path.write_text(words.getvalue(), encoding="utf-8-sig")
    flags = ("--action", "pause", *FAST, "--base-url", server.base_url, "--skip-invalid")
    told = [cli("run", *paths, *flags), cli("report"), cli("report", "--format", "json"), cli("runs")]
    assert told[0].code == 3, told[0].err
    told += [cli("run", *paths, *flags), cli("run", paths[0], *flags, "--max-age", "0.000001s")]
    told += [cli("run", *paths, *flags, "--again", "--protect", paths[0])]
    write_list(paths[1], list(server.world.journeys))
    told += [cli("run", paths[1], *flags, "--again", "--protect", paths[1])]
    assert [done.code for done in told[-4:]] == [2, 2, 2, 2]
    assert_harmless(*told)


# Words of folders and other processes


def test_the_name_of_a_folder_is_no_order(odd: Odd, cli: Cli) -> None:
    """A folder of a run may come out of somebody's archive."""
    assert cli(*asking(odd(evil_error(10, "409 Conflict"), 2))).code == 3
    (run,) = runs()
    evil = run.rename(run.with_name(f"{run.name}{TYPEABLE}"))
    told = [cli("runs"), cli("report"), cli("report", "--format", "json"), cli("undo", *FAST)]
    told += [cli("retry", "-o", "again.jsonl"), cli("resume", "--rate", "off"), cli("report", "x")]
    told += [cli("plan", "again.jsonl")]
    for name in ("plan.jsonl", "journal.jsonl"):
        (evil / name).write_bytes((evil / name).read_bytes().replace(b'"', b"'"))
        told += [cli("runs"), cli("report"), cli("resume"), cli("undo")]
    (evil / "journal.jsonl").unlink()
    told += [cli("runs"), cli("report"), cli("resume")]
    assert_harmless(*told)


def test_what_another_process_wrote_into_the_lock_is_no_order(odd: Odd, cli: Cli) -> None:
    server = odd(honest, 1)
    account = account_of(state_folder(), server.base_url, Secret(Config.token))
    lock = account.folder / LOCKS_NAME / f"{account.key}.lock"
    lock.parent.mkdir(parents=True)
    holder = {"run": EVIL, "pid": 7, "host": EVIL, "since": "2026-11-23T10:00:00Z"}
    lock.write_bytes(msgspec.json.encode(holder))
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = cli(*asking(server))
    assert done.code == 75
    assert "another run holds this account: " in done.err
    assert_harmless(done)
    assert server.requests == []


# Plans of strangers


def crafted(parent: dict[str, str] | None = None, **words: Any) -> str:
    """Write a plan as a stranger may, to pause one journey; *words* take the place of the operation's fields."""
    source = {
        "name": words.pop("source", "journeys.csv"),
        "sha256": "0" * 64,
        "columns": words.pop("columns", ["uuid"]),
    }
    counts = {"rows": 1, "operations": 1, "merged": 0, "rejections": 0, "actions": {"pause": 1}}
    header = {"kind": "plan", "version": 1, "program": "0", "sources": [source], "counts": counts, "parent": parent}
    entry = {"kind": "operation", "line": 2, "uuid": UUID, "action": "pause", "cells": [UUID]} | words
    if entry["kind"] == "rejection":
        counts |= {"operations": 0, "rejections": 1, "actions": {}}
        del entry["uuid"], entry["action"]
    lines = [json.dumps(part, separators=(",", ":")) for part in (header, entry)]
    Path("plan.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return "plan.jsonl"


def test_a_plan_of_a_stranger_does_not_say_where_the_token_goes(odd: Odd, cli: Cli) -> None:
    server = odd(honest, 1)
    done = cli("run", crafted({"run": "r", "verb": "undo", "base_url": server.base_url, **REST}), *FAST)
    assert (done.code, server.connections) == (2, 0)


@pytest.mark.parametrize("verb", ["/../../../escaped/x", "../../escaped/x", TEXT, "\x00", "x" * 300], ids=str.encode)
def test_a_plan_of_a_stranger_does_not_say_where_its_run_is_kept(verb: str, odd: Odd, cli: Cli, folder: Path) -> None:
    server = odd(honest, 1)
    inside = folder / "work"
    inside.mkdir()
    uuid = next(iter(server.world.journeys))
    plan = crafted({"run": "../../etc", "verb": verb, "base_url": server.base_url, **REST}, uuid=uuid)
    done = cli("run", plan, *FAST, "--base-url", server.base_url, "--runs-dir", inside / "runs")
    kept = [path.parent for path in folder.rglob("plan.jsonl") if path != folder / plan]
    assert [run for run in kept if run.parent != inside / "runs" or not run.name.isprintable()] == []
    assert {path.name for path in folder.iterdir()} <= {"work", "plan.jsonl", "state"}
    assert_harmless(done)


def test_a_plan_of_a_stranger_is_harmless_however_it_names_its_lists_and_its_run(
    odd: Odd, cli: Cli, folder: Path
) -> None:
    server = odd(honest, 1)
    uuid = next(iter(server.world.journeys))
    parent = {"run": "../../../../etc", "verb": "retry", "base_url": server.base_url, **REST}
    for given in (None, parent):
        plan = crafted(given, source="../../../../etc/passwd", uuid=uuid, cells=["../../x"])
        done = cli("run", plan, *FAST, "--base-url", server.base_url, "--again")
        assert done.code in {0, 3}, done.err
    assert {path.name for path in folder.iterdir()} == {"plan.jsonl", "runs", "state"}
    assert all(run.parent == Path("runs") for run in runs())


def test_what_is_carried_out_of_a_plan_is_what_was_shown_of_it() -> None:
    """Whoever can write to the file may do so while the user is being asked."""
    path = Path(crafted())
    made = made_plan(Wish([str(path)], Choices()))
    shown = list(made.entries())
    path.write_text(path.read_text().replace('"action":"pause"', '"action":"start"'))
    assert list(made.entries()) == shown


FAULT: Final = {"column": EVIL, "value": EVIL, "reason": EVIL, "meant": EVIL}
WORDS: Final[dict[str, dict[str, Any]]] = {
    "an action": {"action": EVIL},
    "a kind": {"kind": EVIL},
    "an id": {"uuid": EVIL},
    "the name of a list": {"source": EVIL},
    "a doubt": {"lost": EVIL},
    "a fault": {"kind": "rejection", "faults": [FAULT], "source": EVIL},
    "a column": {"columns": [EVIL], "cells": [EVIL]},
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_of_a_plan_of_a_stranger_are_no_orders(words: dict[str, Any], cli: Cli) -> None:
    plan = crafted(**words)
    told = [cli("plan", plan), cli("plan", plan, "--json"), cli("plan", plan, "--action", "start")]
    told += [cli("run", plan, *FAST, "--base-url", "http://127.0.0.1:1", "--tries", "1"), cli("report"), cli("runs")]
    write_list(Path("vip.csv"), [UUID])
    told.append(cli("run", plan, *FAST, "--base-url", "http://127.0.0.1:1", "--again", "--protect", "vip.csv"))
    assert_harmless(*told)


@pytest.mark.parametrize(
    "base_url",
    [f"https://evil.example/{EVIL}", "https://evil.example/$(touch${IFS}owned)"],
    ids=["orders", "a command"],
)
def test_an_address_in_a_plan_of_a_stranger_is_shown_so_that_it_does_nothing(base_url: str, cli: Cli) -> None:
    """A command that is advised is pasted into a shell."""
    done = cli("run", crafted({"run": EVIL, "verb": "undo", "base_url": base_url, **REST}), *FAST)
    assert done.code == 2
    assert_harmless(done)
    assert "--base-url https://evil.example/$(touch" not in done.err
    assert "touch" not in done.err or shlex.quote(base_url) in done.err


# Folders of strangers


@contextmanager
def of_a_stranger(server: OddServer, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield the folder of a run that somebody else has carried out, in part, at *server*."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("PUSHWOOSH_API_TOKEN", "of-a-stranger")
        elsewhere.setenv("BULK_JOURNEYS_STATE_DIR", "elsewhere")
        assert cli(*asking(server, "--limit", "1", "--runs-dir", "theirs")).code == 4
    (run,) = Path("theirs").iterdir()
    yield run


@pytest.mark.parametrize("verb", ["resume", "undo", "retry"])
def test_a_run_of_a_stranger_does_not_say_where_the_token_goes(
    verb: str, odd: Odd, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not without a word of the user, who has never sent this token to that address."""
    server = odd(honest, 3)
    with of_a_stranger(server, cli, monkeypatch) as run:
        agreed = () if verb == "resume" else ("--yes",)
        done = cli(verb, run, "--rate", "off", *agreed)
    assert Config.token.encode() not in b"".join(server.requests)
    assert done.code == 2


@pytest.mark.parametrize("name", ["journal.jsonl", "log.jsonl", "results.jsonl", "results.csv", "failed.csv"])
def test_a_link_in_a_run_of_a_stranger_is_not_followed(
    name: str, odd: Odd, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = Path("profile")
    mine.write_text("export MINE=1\n")
    mine.chmod(0o644)
    server = odd(honest, 3)
    with of_a_stranger(server, cli, monkeypatch) as run:
        (run / name).unlink(missing_ok=True)
        (run / name).symlink_to(mine.absolute())
        told = [
            cli("report", run),
            cli("resume", run, "--rate", "off", "--base-url", server.base_url),
            cli("report", run),
        ]
    assert (mine.read_text(), stat.S_IMODE(mine.stat().st_mode)) == ("export MINE=1\n", 0o644)
    assert_harmless(*told)


def test_a_link_where_a_plan_is_to_be_saved_is_replaced_and_not_followed(cli: Cli) -> None:
    mine = Path("profile")
    mine.write_text("mine")
    Path("saved.jsonl").symlink_to("profile")
    write_list(Path("journeys.csv"), [UUID])
    assert cli("plan", "journeys.csv", "--action", "pause", "-o", "saved.jsonl").code == 0
    assert mine.read_text() == "mine"
    assert not Path("saved.jsonl").is_symlink()


@pytest.mark.parametrize("name", ["salt", "limits.json", "locks"])
def test_a_link_in_the_state_folder_is_not_followed(name: str, odd: Odd, cli: Cli, folder: Path) -> None:
    state = state_folder()
    mine = folder / "mine"
    if name == "locks":
        server = odd(honest, 3)
        account = account_of(state, server.base_url, Secret(Config.token))
        (state / name).mkdir()
        link = state / name / f"{account.key}.lock"
    else:
        server, link = odd(honest, 3), state / name
        state.mkdir()
    mine.write_text("mine")
    link.symlink_to(mine)
    write_list(Path("journeys.csv"), list(server.world.journeys))
    done = cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", server.base_url)
    assert done.code == 0, done.err
    assert mine.read_text() == "mine"


# Eyes of others


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_whatever_the_umask_a_run_and_the_state_are_for_their_owner_alone(umask: int, odd: Odd, cli: Cli) -> None:
    before = os.umask(umask)
    try:
        server = odd(lost_at_first, 2)
        arguments = [word for word in asking(server) if word not in {"--rate", "off"}]
        assert cli(*arguments, "--limit", "1").code == 4
        with (runs()[0] / "journal.jsonl").open("ab") as journal:
            journal.write(b'{"torn')
        assert cli("resume").code == 5
        assert cli("retry", "--yes").code in {3, 5}
        assert cli("retry", runs()[0].name, "--again", "-o", "again.jsonl").code == 0
    finally:
        os.umask(before)
    private = [*runs(), *Path("runs").glob("*/*"), state_folder(), *state_folder().rglob("*"), Path("again.jsonl")]
    assert {path.name for path in private} >= {"log.jsonl", "failed.csv", "salt", "locks"}
    assert [path for path in private if path.stat().st_mode & 0o077] == []


def test_a_token_that_others_can_read_is_a_warning_and_the_run_goes_on(odd: Odd, cli: Cli) -> None:
    secret = Path("token")
    secret.write_text(f"{Config.token}\n")
    secret.chmod(0o644)
    done = cli(*asking(odd(honest, 1), "--token-file", "token"))
    assert done.code == 0
    assert "warning: token: others can read this file; chmod 600 token\n" in done.err
    secret.chmod(0o600)
    assert "warning" not in cli(*asking(odd(honest, 1), "--token-file", "token")).err


def test_a_token_without_end_is_refused(cli: Cli) -> None:
    Path("huge").write_bytes(b"x" * (1 << 20))
    write_list(Path("journeys.csv"), [UUID])
    for name in ("huge", "/dev/zero"):
        done = cli("run", "journeys.csv", "--action", "pause", *FAST, "--token-file", name)
        assert done.code == 2
        assert "this is no API token; it is longer than 64 kB" in done.err


SHORT: Final = "warning: this API token is so short that ordinary words may hold it; "


@pytest.mark.parametrize("verb", ["run", "resume", "undo", "retry"])
def test_a_token_that_is_no_more_than_a_word_is_a_warning_once_and_never_shown(
    verb: str, odd: Odd, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy plays the API at a name that only it knows."""
    server = odd(at_a_word, 3)
    monkeypatch.setenv("http_proxy", server.base_url)
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "swordfish")
    begun = cli(*asking(server), "--base-url", "http://journeys.invalid", "--allow-http", "--limit", "1")
    goes_on = () if verb == "resume" else ("--yes",)
    done = begun if verb == "run" else cli(verb, "--rate", "off", "--allow-http", *goes_on)
    assert begun.code == 4, begun.err
    assert done.code in {0, 4}, done.err
    assert done.err.count(SHORT) == 1
    assert "swordfish" not in begun.out + begun.err + done.out + done.err


def test_the_token_of_the_sandbox_draws_no_warning(odd: Odd, cli: Cli) -> None:
    assert "warning" not in cli(*asking(odd(honest, 1))).err


# Formulas

FORMULAS: Final = [
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-1+cmd|' /C calc'!A0",
    '@SUM(1,1)*HYPERLINK("//evil")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
]
RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What OWASP's page on CSV injection names."""


def test_no_cell_of_a_table_is_a_formula_wherever_its_words_come_from(odd: Odd, cli: Cli) -> None:
    uuids = list(populate(Config(2 * len(FORMULAS))).journeys)

    async def script(visit: Visit) -> None:
        formula = FORMULAS[uuids.index(visit.journey.uuid) % len(FORMULAS)]
        info = {"uuid": visit.journey.uuid, "title": formula, "status": "STATUS_PAUSED"}
        paused = visit.journey.uuid in uuids[: len(FORMULAS)]
        await visit.say(http(msgspec.json.encode({"info": info})) if paused else error(10, "409 Conflict", formula))

    server, text = odd(script, len(uuids)), io.StringIO()
    csv.writer(text).writerows([["uuid", *FORMULAS]] + [[uuid, *FORMULAS] for uuid in uuids])
    Path("=1+1.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    assert cli("run", "=1+1.csv", "--action", "pause", *FAST, "--base-url", server.base_url).code == 3
    (run,) = runs()
    tables = [(run / name).read_text(encoding="utf-8") for name in ("results.csv", "failed.csv")]
    for table in (*tables, cli("report", "--format", "csv").out):
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        assert len(cells) > len(FORMULAS) ** 2
        assert [cell for cell in cells if cell.startswith(RUN_BY_SPREADSHEETS)] == []


# Paths


def test_no_name_of_a_run_leads_to_anything_but_a_run(odd: Odd, cli: Cli, folder: Path) -> None:
    assert cli(*asking(odd(honest, 1))).code == 0
    before = sorted(folder.rglob("*"))
    for name in ("../../etc", "../../../../etc/passwd", "/etc", "/etc/passwd", "..", "/", "\0", "", "*"):
        for verb in ("report", "resume", "undo", "retry"):
            done = cli(verb, "--", name)
            assert done.code == 2 or (name == "" and done.code == 0), (name, verb, done)
            assert_harmless(done)
    assert [path for path in sorted(folder.rglob("*")) if path not in before] == []


def test_a_member_of_a_zip_is_never_a_file_here(cli: Cli, folder: Path) -> None:
    for name in ("../escaped.csv", "/../escaped.csv", "a/../../escaped.csv"):
        with zipfile.ZipFile("list.zip", "w") as packed:
            packed.writestr(name, f"uuid\n{UUID}\n")
        done = cli("plan", "list.zip", "--action", "pause")
        assert done.code == 0
        assert_harmless(done)
    assert [path.name for path in folder.iterdir()] == ["list.zip"]
    assert not (folder.parent / "escaped.csv").exists()


def test_a_sheet_is_a_name_and_no_path(cli: Cli, folder: Path) -> None:
    evil_book(Path("book.xlsx"))
    done = cli("plan", "book.xlsx", "--sheet", "../../x", "--action", "pause")
    assert done.code == 2
    assert "there is no sheet '../../x'" in done.err
    assert [path.name for path in folder.iterdir()] == ["book.xlsx"]


# Where the token may go


def test_the_token_crosses_no_network_in_the_clear_unless_that_is_asked_for_and_then_with_a_warning(cli: Cli) -> None:
    write_list(Path("journeys.csv"), [UUID])
    asked = ("run", "journeys.csv", "--action", "pause", "--rate", "off", "--tries", "1", "--timeout", "0.1")
    done = cli(*asked, "--yes", "--base-url", "http://192.0.2.1")
    assert done.code == 2
    assert "would show the token to the network" in done.err
    done = cli(*asked, "--base-url", "http://192.0.2.1", "--allow-http")  # it is not agreed to, so nothing is sent
    assert done.code == 2
    assert "warning: http://192.0.2.1 shows the token to the network\n" in done.err


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_run_on_this_machine_shows_the_token_to_no_proxy(
    variable: str, odd: Odd, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, proxy = odd(honest, 2), odd(honest, 2)
    monkeypatch.setenv(variable, proxy.base_url)
    assert cli(*asking(server)).code == 0
    assert (len(server.requests), proxy.connections) == (2, 0)


@pytest.mark.parametrize(
    "base_url", ["https://me:hunter2@example.com", "http://me:hunter2@127.0.0.1:1", "https://hunter2@h"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(base_url: str, odd: Odd, cli: Cli) -> None:
    assert cli(*asking(odd(honest, 2), "--limit", "1")).code == 4
    for verb in (("run", "journeys.csv", "--action", "pause", "--again"), ("resume",), ("undo", "-y"), ("retry", "-y")):
        done = cli(*verb, "--base-url", base_url, "--allow-http")
        assert done.code == 2
        assert "hunter2" not in done.out + done.err


# What others have found out about the packages that this program needs

CONTROL: Final = {"name": "Django", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.0.2"]}]}
SOUND: Final = {"name": "typing_extensions", "version": "4", "vulns": []}
BAD: Final = {"name": "rich", "version": "15", "vulns": [{"id": "CVE-2", "fix_versions": []}]}
UNKNOWN: Final = {"name": "rich", "skip_reason": "not found"}
ASKED: Final = ("rich", "typing-extensions")
AUDITS: Final = {
    "all are sound": ([CONTROL, SOUND, BAD | {"vulns": []}], "dependencies: no known vulnerability", 0),
    "one is not": (
        [CONTROL, SOUND, BAD],
        "dependencies: known vulnerabilities|  rich 15: CVE-2; mended in no version yet",
        1,
    ),
    "one is not, and the control is missing": ([BAD], "dependencies: known vulnerabilities|  rich 15: CVE-2", 1),
    "one is unknown": ([CONTROL, SOUND, UNKNOWN], "dependencies: no known vulnerability|  nothing is known of rich", 0),
    "one is left out": ([CONTROL, SOUND], "dependencies: no known vulnerability|  nothing is known of rich", 0),
    "all are unknown": ([UNKNOWN, {"name": "django", "skip_reason": "not found"}], "SKIPPED: ", 0),
    "the control is sound": ([CONTROL | {"vulns": []}, SOUND], "SKIPPED: ", 0),
    "nothing is told": ([], "SKIPPED: ", 0),
}


@pytest.mark.parametrize("given", AUDITS.values(), ids=AUDITS)
def test_an_audit_is_believed_only_if_it_finds_what_it_must_find(given: tuple[list[Any], str, int]) -> None:
    report, words, status = given
    found = verdict(msgspec.json.encode({"dependencies": report, "fixes": []}), "", ASKED)
    assert "|".join(found.lines).startswith(words)
    assert found.status == status


@pytest.mark.parametrize(
    ("words", "told", "status"),
    [
        ("Traceback\nrequests.exceptions.ProxyError: no", "SKIPPED: the vulnerability database cannot be reached", 0),
        ("ERROR:pip_audit._cli:Could not connect to the vulnerability feed", "SKIPPED: ", 0),
        ("usage: pip-audit\nunrecognized arguments: --x", "dependencies: the audit itself failed: unrecognized", 1),
        ("No module named pip_audit", "dependencies: the audit itself failed: No module named", 1),
        ("", "dependencies: the audit itself failed: ", 1),
    ],
)
def test_an_audit_that_nobody_answers_is_told_from_one_that_is_broken(words: str, told: str, status: int) -> None:
    for out in (b"", b"<html>", b"{}"):
        found = verdict(out, words, ASKED)
        assert found.lines[0].startswith(told)
        assert found.status == status


def test_an_audit_that_takes_too_long_is_skipped_loudly() -> None:
    assert audit({}, 0.001) == (
        [
            "SKIPPED: the vulnerability database cannot be reached: there was no answer within 0.001 s",
            "so the dependencies are NOT audited",
        ],
        0,
    )


def test_what_is_audited_is_what_a_user_installs() -> None:
    assert {"aiohttp", "msgspec", "typer", "yarl", "idna"} <= dependencies().keys()
    assert not {"pytest", "mypy", "pip-audit", "bulk-journeys"} & dependencies().keys()
