"""Laws of a mistake: one clear message, exit code 2, no request, nothing left behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.server import serving
from tests.cli.stage import Cli, Done, Serve, Stage, carried_out, records, the_run, write_list

ONE = "7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f"
TWO = "00000000-0000-4000-8000-000000000002"
GOOD = f"uuid\n{ONE}\n".encode()


@pytest.fixture(scope="module")
def nobody(portal: BlockingPortal) -> Iterator[Stage]:
    """Return a sandbox that no request must reach."""
    with portal.wrap_async_context_manager(serving(Config(1))) as sandbox:
        stage = Stage(sandbox, portal)
        yield stage
        assert stage.requests() == 0


def refused(done: Done, message: str) -> None:
    """Check that a mistake is told in one message, and that there is nothing else to see."""
    assert done.code == 2, done
    assert message in done.err
    assert sum(line.lower().startswith("error: ") for line in done.err.splitlines()) == 1
    assert "Traceback" not in done.err
    assert done.out == ""
    assert not Path("runs").exists()


LISTS = {
    "no file": (None, "journeys.csv: there is no such file; check the path"),
    "empty": (b"", "journeys.csv: the file is empty"),
    "blank lines": (b"\n \n\n", "journeys.csv: the file is empty"),
    "a header alone": (b"uuid\n", "journeys.csv: there are no rows below the header"),
    "no column of ids": (f"name,nr\nWelcome,{ONE}\n".encode(), "no column of journey ids among 'name', 'nr'"),
    "two columns of ids": (f"uuid,journey_id\n{ONE},{TWO}\n".encode(), "several columns may hold the journey ids"),
    "a bad id": (f"uuid\n{ONE[:-1]}\n".encode(), f"journeys.csv:2: column 'uuid': '{ONE[:-1]}' is cut short"),
    "an empty id": (f"uuid,title\n{ONE},a\n,b\n".encode(), "journeys.csv:3: column 'uuid': '' is empty"),
    "a typo in an action": (f"uuid,action\n{ONE},pasue\n".encode(), "'pasue' is not an action; did you mean 'pause'?"),
    "an ambiguous action": (f"uuid,action\n{ONE},stop\n".encode(), "'stop' can mean 'pause', which can be taken back"),
    "another action": (
        f"uuid,action\n{ONE},start\n".encode(),
        "contradicts --action pause; drop the flag, or this row",
    ),
    "an open quote": (f'uuid,title\n{ONE},"a\n{TWO},b\n'.encode(), "journeys.csv:2: a quote that opens in this row"),
    "a cell too many": (f"uuid\n{ONE},a\n".encode(), "'a' is beyond the last column"),
    "broken UTF-8": ("uuid,title\n1,äöü".encode() + b"\xff\n", "journeys.csv:2: the text is UTF-8 with broken bytes"),
    "half a workbook": (
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(50),
        "journeys.csv: the zip archive, or workbook",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "journeys.csv: this is a PNG image, and no list of journeys"),
    "no JSON": (b'{"uuid"]\n', "journeys.csv:1: is no JSON: a colon is missing"),
    "a damaged plan": (
        b'{"kind":"plan","version":1,"prog',
        "journeys.csv:1: this is no header of a plan; the plan is damaged",
    ),
    "a plan of the future": (
        b'{"kind":"plan","version":3}\n',
        "journeys.csv:1: the plan has version 3, written by bulk-journeys ?, and bulk-journeys ",
    ),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_list_that_cannot_be_understood_is_refused(case: str, nobody: Stage, cli: Cli) -> None:
    content, message = LISTS[case]
    if content is not None:
        Path("journeys.csv").write_bytes(content)
    refused(cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url), message)


def test_a_journey_with_two_actions_is_refused(nobody: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [f"{ONE},pause", f"{TWO},pause", f"{ONE},start"], header="uuid,action")
    done = cli("run", "journeys.csv", "--yes", "--base-url", nobody.base_url)
    refused(done, f"journeys.csv:2: column 'uuid': '{ONE}' is to pause here, but it is also on line 4 (start)")
    assert "2 of 3 rows cannot be carried out, so nothing was sent" in done.err


def test_rows_without_any_action_are_refused(nobody: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    refused(cli("run", "journeys.csv", "--yes", "--base-url", nobody.base_url), "there is no action column")


def test_a_folder_is_no_list(nobody: Stage, cli: Cli) -> None:
    refused(cli("run", ".", "--action", "pause", "--yes", "--base-url", nobody.base_url), ".: is a folder")


def test_one_bad_file_of_several_refuses_them_all(nobody: Stage, cli: Cli) -> None:
    write_list(Path("a.csv"), [ONE])
    asking = ("run", "a.csv", "b.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url)
    refused(cli(*asking), "b.csv: there is no such file")


FLAGS = {
    "an unknown flag": (["--fast"], "No such option: --fast"),
    "an action that is two": (["--action", "stop"], "'stop' can mean 'pause', which can be taken back"),
    "an unknown action": (["--action", "pasue"], "'pasue' is not an action"),
    "no action": (["--action", ""], "'' is none; write one of start, pause, finish, draft, archive"),
    "a rate of nothing": (["--rate", "0/s"], "--rate: '0/s' is not a rate; write '10/s'"),
    "a rate without a time": (["--rate", "10"], "--rate: '10' is not a rate"),
    "half a rate": (["--rate", "3/s,"], "--rate: '' is not a rate"),
    "no lanes": (["--concurrency", "0"], "--concurrency"),
    "too many lanes": (["--concurrency", "1001"], "--concurrency"),
    "lanes in words": (["--concurrency", "many"], "--concurrency"),
    "no tries": (["--tries", "0"], "--tries"),
    "no time": (["--timeout", "0"], "--timeout"),
    "a time that is no number": (["--timeout", "nan"], "--timeout"),
    "a time without end": (["--timeout", "inf"], "--timeout"),
    "a time beyond all clocks": (["--timeout", "1e300"], "--timeout"),
    "a negative number": (["--confirm", "-1"], "'-1' is not the number of journeys, which is 1; nothing was sent"),
    "another number": (["--confirm", "2"], "'2' is not the number of journeys, which is 1; nothing was sent"),
    "no such token file": (["--token-file", "nowhere"], "nowhere: No such file or directory; --token-file names"),
    "a folder for a token": (["--token-file", "."], ".: Is a directory; --token-file names"),
    "a list for a token": (["--token-file", "journeys.csv"], "journeys.csv: this is no API token"),
}


@pytest.mark.parametrize("case", FLAGS)
def test_a_flag_that_makes_no_sense_is_refused(case: str, nobody: Stage, cli: Cli) -> None:
    flags, message = FLAGS[case]
    write_list(Path("journeys.csv"), [ONE])
    refused(cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url, *flags), message)


BASE_URLS = {
    "nowhere": "is not a URL",
    "": "is not a URL",
    "journey.pushwoosh.com": "is not a URL",
    "ftp://127.0.0.1": "is not a URL",
    "https://": "is not a URL",
    "https://[::1": "is not a URL",
    "https://127.0.0.1:99999": "is not a URL",
    "https://a..b": "is not a URL",
    "https://.": "is not a URL",
    "https://xn--": "is not a URL",
    "https://" + "a" * 64 + ".invalid": "is not a URL",
    "https://exa mple.invalid": "is not a URL",
    "http://192.0.2.1": "would show the token to the network; use https",
    "http://localhost.invalid": "would show the token to the network; use https",
    "https://user:secret@example.invalid": "only scheme, host, port and path are wanted",
    "https://example.invalid/?token=secret": "only scheme, host, port and path are wanted",
}


@pytest.mark.parametrize("url", BASE_URLS)
def test_a_base_url_that_the_token_may_not_be_sent_to_is_refused(url: str, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    done = cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", url)
    refused(done, BASE_URLS[url])
    assert "secret" not in done.err


@pytest.mark.parametrize("url", ["https://example.invalid/{}", "nowhere/{}/", "http://192.0.2.1/v1{}"])
def test_a_base_url_that_holds_the_token_is_refused_and_shown_nowhere(
    url: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_list(Path("journeys.csv"), [ONE])
    token = "Zx8" * 10
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", token)
    done = cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", url.format(token))
    refused(done, "--base-url: the API token stands in it")
    assert token not in done.out + done.err
    assert not Path("runs").exists()


TOKENS = {
    "": "PUSHWOOSH_API_TOKEN: the API token is empty",
    " Api  ": "PUSHWOOSH_API_TOKEN: the API token is empty",
    "two words": "this is no API token; it holds blanks or odd characters",
    "new\nline": "this is no API token; line 2 has text besides line 1; keep the token alone",
    "tökén": "this is no API token; it holds blanks or odd characters",
}


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_that_cannot_be_one_is_refused_without_being_shown(
    token: str, nobody: Stage, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_list(Path("journeys.csv"), [ONE])
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", token)
    done = cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url)
    refused(done, TOKENS[token])
    assert not token.strip() or token not in done.err


def test_no_token_at_all_is_told_how_to_give_one(nobody: Stage, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write_list(Path("journeys.csv"), [ONE])
    monkeypatch.delenv("PUSHWOOSH_API_TOKEN")
    done = cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url)
    refused(done, "no API token: set PUSHWOOSH_API_TOKEN, or name a file that holds it with --token-file")


def test_a_plan_needs_no_token_and_an_unwritable_place_for_it_is_refused(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUSHWOOSH_API_TOKEN")
    write_list(Path("journeys.csv"), [ONE])
    assert cli("plan", "journeys.csv", "--action", "pause").code == 0
    code, _, err = cli("plan", "journeys.csv", "--action", "pause", "-o", "nowhere/plan.jsonl")
    assert code == 2
    assert err == "error: nowhere/plan.jsonl: there is no such folder to save the plan in\n"


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_plan_takes_the_place_of_no_pipe_or_device(is_linked: bool, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    os.mkfifo("pipe")
    if is_linked:
        Path("link").symlink_to("pipe")
    output = "link" if is_linked else "pipe"
    code, _, err = cli("plan", "journeys.csv", "--action", "pause", "-o", output)
    assert code == 2
    assert (
        err
        == f"error: {output}: this is no regular file, and a plan would take its place; save it under another name\n"
    )
    assert Path(output).is_fifo()


LONG = "x" * 300


@pytest.mark.parametrize(
    "words",
    [
        ("plan", LONG),
        ("plan", "journeys.csv", LONG, "--action", "pause"),
        ("run", LONG, "--yes"),
        ("run", LONG, "--yes", "--max-age", "1h"),
        ("run", "journeys.csv", "--action", "pause", "--yes", "--runs-dir", LONG),
        ("run", "journeys.csv", "--action", "pause", "--yes", "--protect", LONG),
        ("runs", "--runs-dir", LONG),
        ("report", "--runs-dir", LONG),
    ],
)
def test_a_name_too_long_for_a_file_is_the_users_to_correct(words: tuple[str, ...], cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    code, _, err = cli(*words)
    assert code == 2
    assert LONG in err
    assert "output" not in err


@pytest.mark.parametrize("runs_dir", ["journeys.csv", "journeys.csv/runs"])
def test_a_place_where_no_run_can_be_is_refused_before_anything_is_sent(runs_dir: str, nobody: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    asking = ("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url)
    code, _, err = cli(*asking, "--runs-dir", runs_dir)
    assert code == 2
    assert err.endswith("; nothing was sent\n")
    assert "Traceback" not in err


def test_a_saved_plan_is_not_bent_by_a_flag(nobody: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    cli("plan", "journeys.csv", "--action", "pause", "-o", "plan.jsonl")
    done = cli("run", "plan.jsonl", "--action", "start", "--yes", "--base-url", nobody.base_url)
    refused(done, "plan.jsonl: not all of this saved plan is to start; drop --action")
    done = cli("run", "plan.jsonl", "journeys.csv", "--action", "pause", "--yes", "--base-url", nobody.base_url)
    refused(done, "plan.jsonl: this is a saved plan, and no list of journeys; run it alone, by its file's name")


@pytest.mark.parametrize("front", ["", "\ufeff", "\n\n"])
def test_a_plan_without_its_header_is_no_list_among_others_either(front: str, nobody: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    cli("plan", "journeys.csv", "--action", "pause", "-o", "plan.jsonl")
    _, *rows = Path("plan.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("rows.jsonl").write_text(front + "".join(rows), encoding="utf-8")
    done = cli("run", "rows.jsonl", "journeys.csv", "--yes", "--base-url", nobody.base_url)
    refused(done, "rows.jsonl: this is a saved plan that does not begin with its header, and no list of journeys; make")


@pytest.mark.parametrize("command", ["resume", "report"])
def test_a_run_that_is_not_there_is_not_guessed(command: str, serve: Serve, cli: Cli) -> None:
    refused(cli(command), "runs: no runs here; name their folder with --runs-dir")
    refused(cli(command, "--runs-dir", "nowhere"), "nowhere: no runs here")
    stage = serve(Config(2))
    for number, uuid in enumerate(stage.uuids()):
        write_list(Path(f"{number}.csv"), [uuid])
        cli("run", f"{number}.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, "--runs-dir", "two")
    done = cli(command, "nonsense", "--runs-dir", "two")
    refused(done, "two: no run is called 'nonsense'; 'bulk-journeys runs' lists them")
    done = cli(command, "pause", "--runs-dir", "two")
    refused(done, "'pause' could mean 2 runs (")
    assert stage.requests() == 2


def test_a_format_that_does_not_exist_is_refused(cli: Cli) -> None:
    refused(cli("report", "--format", "xml"), "'xml' is none of text, json, jsonl, csv")


@pytest.mark.parametrize("flags", [("--rate", "0/s"), ("--base-url", "nowhere"), ("--token-file", "nowhere")])
def test_a_resumption_with_a_mistake_leaves_the_run_as_it_was(
    flags: tuple[str, str], serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(2))
    write_list(Path("journeys.csv"), stage.uuids())
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "mistyped")
    assert cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url).code == 4
    before = {path.name: path.read_bytes() for path in the_run(Path()).iterdir()}
    code, out, err = cli("resume", *flags)
    assert (code, out, err.count("error: ")) == (2, "", 1)
    assert {path.name: path.read_bytes() for path in the_run(Path()).iterdir()} == before
    assert stage.requests() == 1


@pytest.mark.parametrize("arguments", [(), ("--fast",), ("launch",), ("run",), ("plan",), ("report", "a", "b")])
def test_a_command_that_does_not_exist_is_told_how_to_get_help(arguments: tuple[str, ...], cli: Cli) -> None:
    code, out, err = cli(*arguments)
    assert code == 2
    assert "--help" in out + err


@pytest.mark.parametrize(
    "flags",
    [
        ("--fault", "reset=2"),
        ("--fault", "rest=0.1"),
        ("--mix", "running"),
        ("--rate", "fast"),
        ("--latency", "-1ms"),
        ("--errors", "v3"),
        ("--port", "99999"),
        ("--journeys", "-1"),
        ("--export", "nowhere/journeys.csv"),
    ],
)
def test_a_sandbox_that_cannot_be_is_refused(flags: tuple[str, str], cli: Cli) -> None:
    code, out, err = cli("sandbox", *flags)
    assert (code, out) == (2, "")
    assert sum(line.lower().startswith("error: ") for line in err.splitlines()) == 1


def test_a_file_may_have_any_name_that_the_system_allows(serve: Serve, folder: Path) -> None:
    stage = serve(Config(1))
    name = os.fsdecode(b"liste-\xff\x1b[31m.csv")
    write_list(folder / name, stage.uuids())
    done = carried_out(folder, "run", name, "--action", "pause", "--yes", "--base-url", stage.base_url)
    assert done.code == 0, done.err
    assert "\x1b" not in done.out + done.err
    assert [record["outcome"] for record in records(the_run(folder))] == ["applied"]


def test_a_terminal_that_knows_few_letters_is_no_reason_to_fail(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(1, forbidden=1))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (folder / "Журналы").mkdir()
    write_list(folder / "Журналы" / "список.csv", stage.uuids())
    flags = ("--runs-dir", "Журналы/runs", "--base-url", stage.base_url)
    done = carried_out(folder, "run", "Журналы/список.csv", "--action", "pause", "--yes", *flags)
    assert done.code == 3, done.err
    assert carried_out(folder, "plan", "Журналы/список.csv", "--action", "pause").code == 0


def test_a_run_and_a_plan_show_the_first_faults(nobody: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), [f"no id {number}" for number in range(50)])
    asking = ("journeys.csv", "--action", "pause")
    shown = cli("run", *asking, "--yes", "--base-url", nobody.base_url).err
    assert ("'no id 19'" in shown, "'no id 20'" in shown) == (True, False)
    assert "and 30 more; 'bulk-journeys plan --json' lists them all" in shown
    listed = cli("plan", *asking)
    assert listed.code == 2
    assert ("no id 19" in listed.out, "no id 20" in listed.out) == (True, False)
    assert "and 30 more; --json lists them all" in listed.out


def test_a_plan_does_not_take_the_place_of_its_list(cli: Cli) -> None:
    write_list(Path("journeys.csv"), [ONE])
    before = Path("journeys.csv").read_bytes()
    code, _, err = cli("plan", "journeys.csv", "--action", "pause", "-o", "journeys.csv")
    assert code == 2
    assert "would take the place of the list" in err
    assert Path("journeys.csv").read_bytes() == before
