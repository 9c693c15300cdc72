"""Laws of the settings: a secret never shows, and goes nowhere that others read it; a duration means one thing."""

import codecs
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.settings.credentials import TOKEN_VARIABLE, Secret, load_token, loose_permissions, short_token
from bulk_journeys.settings.options import (
    RunOptions,
    check_base_url,
    check_environment,
    parse_duration,
    shown_to_network,
)

TOKEN = "s3cr3t-Token_0123456789"


@dataclass(frozen=True)
class Holder:
    name: str
    token: Secret


def test_a_secret_shows_itself_only_when_asked_by_name() -> None:
    secret = Secret(TOKEN)
    assert secret.reveal() == TOKEN
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{secret!s}", "%s %r" % (secret, secret)]  # noqa: UP031
    shown += [repr(Holder("x", secret)), str([secret]), str({"a": secret}), repr(ValueError(secret))]
    assert all(TOKEN not in text for text in shown)
    assert repr(secret) == "Secret(***)"


def test_a_secret_does_not_show_in_a_traceback() -> None:
    secret = Secret(TOKEN)
    try:
        raise ValueError(secret)
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "Secret(***)" in told
    assert TOKEN not in told.replace(f"TOKEN = {TOKEN!r}", "")


@pytest.mark.parametrize(
    "text", [TOKEN, f"Api {TOKEN}", f" {TOKEN}\n", f"Api  {TOKEN}\r\n", f"Api\t{TOKEN}", f"api {TOKEN}"]
)
def test_a_token_is_taken_as_people_paste_it(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(text.encode())
    assert load_token(file, {}).reveal() == TOKEN
    assert load_token(None, {TOKEN_VARIABLE: text}).reveal() == TOKEN


def test_a_named_file_goes_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    assert load_token(file, {TOKEN_VARIABLE: "other"}).reveal() == TOKEN
    with pytest.raises(UsageError, match="No such file"):
        load_token(tmp_path / "none", {TOKEN_VARIABLE: TOKEN})


def test_without_a_token_both_ways_to_give_one_are_named() -> None:
    with pytest.raises(UsageError, match=r"set PUSHWOOSH_API_TOKEN, or name a file .* --token-file"):
        load_token(None, {})


@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "Api", "Api ", "Api  \n"])
def test_an_empty_token_is_said_to_be_empty(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    with pytest.raises(UsageError, match="token: the API token is empty"):
        load_token(file, {})
    with pytest.raises(UsageError, match="PUSHWOOSH_API_TOKEN: the API token is empty"):
        load_token(None, {TOKEN_VARIABLE: text})


ODD = [
    f"{TOKEN} {TOKEN}",
    f"{TOKEN}\n{TOKEN}",
    f"Bearer {TOKEN}",
    f"{TOKEN}\t{TOKEN}",
    f"{TOKEN}\x00",
    f"{TOKEN}é",
    f"{TOKEN}\r\nX-Evil: {TOKEN}",
]


@pytest.mark.parametrize("text", ODD)
def test_an_odd_token_is_refused_and_never_shown(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_bytes(text.encode())
    for place, environ, name in ((file, {}, "token.txt"), (None, {TOKEN_VARIABLE: text}, TOKEN_VARIABLE)):
        with pytest.raises(UsageError, match=f"{name}: this is no API token") as caught:
            load_token(place, environ)
        told = "".join(traceback.format_exception(caught.value))
        assert TOKEN not in told
        assert "Evil" not in told


def test_a_token_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Is a directory; --token-file names a file"):
        load_token(tmp_path, {})
    binary = tmp_path / "binary"
    binary.write_bytes(bytes(range(256)))
    with pytest.raises(UsageError, match="binary: this is no API token"):
        load_token(binary, {})


ENCODINGS = {
    "UTF-8 with a mark": codecs.BOM_UTF8 + TOKEN.encode(),
    "Notepad's UTF-16": codecs.BOM_UTF16_LE + f"{TOKEN}\r\n".encode("utf-16-le"),
    "UTF-16, the other way round": codecs.BOM_UTF16_BE + f"Api {TOKEN}\r\n".encode("utf-16-be"),
    "UTF-32": codecs.BOM_UTF32_LE + TOKEN.encode("utf-32-le"),
    "UTF-32, the other way round": codecs.BOM_UTF32_BE + TOKEN.encode("utf-32-be"),
    "line ends of an old Mac": f"\r{TOKEN}\r".encode(),
    "blank lines": f"\n \n\t{TOKEN} \r\n\n".encode(),
}


@pytest.mark.parametrize("content", ENCODINGS.values(), ids=ENCODINGS)
def test_a_token_file_is_read_as_the_editors_of_each_system_write_it(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(content)
    assert load_token(tmp_path / "token", {}).reveal() == TOKEN


def test_a_byte_order_mark_in_the_environment_is_no_part_of_the_token() -> None:
    assert load_token(None, {TOKEN_VARIABLE: f"\ufeff{TOKEN}\n"}).reveal() == TOKEN


MARKED = "it is UTF-16 without a byte order mark; save it as UTF-8"
ASSIGNED = "of an .env file; keep the token alone, or put it into the environment from there"
SEVERAL = "keep the token alone"
QUOTED = "it is in quotation marks; take them off"
JSON = "as JSON does; keep the token alone"
MARKUP = "it begins with '<', as XML, HTML and placeholders do; keep the token alone"
FIELD = "is a NAME: VALUE, as in YAML or a header; keep the token alone"
FOREIGN = "it begins with the scheme of another API; keep the token alone"
BRACKETS = "it holds braces or brackets; keep the token alone"
REFUSED = {
    "UTF-16 without a mark": (TOKEN.encode("utf-16-le"), MARKED),
    "UTF-16 without a mark, the other way round": (f"{TOKEN}\r\n".encode("utf-16-be"), MARKED),
    "half a character of UTF-16": (codecs.BOM_UTF16_LE + TOKEN.encode("utf-16-le")[:-1], "it is not the UTF-16 that"),
    "a code page": (f"{TOKEN}é".encode("cp1252"), "it is neither ASCII nor UTF-8"),
    "a byte that is nothing": (f"{TOKEN}\0{TOKEN}".encode(), "it holds blanks or odd characters"),
    "an .env file": (f"PUSHWOOSH_API_TOKEN={TOKEN}\n".encode(), f"line 1 is a NAME=VALUE {ASSIGNED}"),
    "an .env file with more": (f"# secret\n\nA=1\nB='{TOKEN}'\n".encode(), f"line 3 is a NAME=VALUE {ASSIGNED}"),
    "a script of a shell": (f'export PUSHWOOSH_API_TOKEN="{TOKEN}"\n'.encode(), f"line 1 is a NAME=VALUE {ASSIGNED}"),
    "a script of PowerShell": (f"$env:TOKEN = '{TOKEN}'\r\n".encode(), f"line 1 is a NAME=VALUE {ASSIGNED}"),
    "several lines": (f"{TOKEN}\r\n\r\n{TOKEN}".encode(), f"line 3 has text besides line 1; {SEVERAL}"),
    "a comment above": (f"\n# mine\n{TOKEN}\n".encode(), f"line 3 has text besides line 2; {SEVERAL}"),
    "quotes": (f'"{TOKEN}"\n'.encode(), QUOTED),
    "single quotes": (f"'{TOKEN}'".encode(), QUOTED),
    "typographic quotes": (f"“{TOKEN}”".encode(), QUOTED),
    "half of the quotes": (f'{TOKEN}"'.encode(), QUOTED),
    "quotes behind the scheme": (f'Api "{TOKEN}"'.encode(), QUOTED),
    "quotes around the scheme": (f'"Api {TOKEN}"'.encode(), QUOTED),
    "JSON": (f'{{"token": "{TOKEN}"}}'.encode(), f"it begins with '{{', {JSON}"),
    "JSON without blanks": (f'{{"token":"{TOKEN}"}}'.encode(), f"it begins with '{{', {JSON}"),
    "JSON over lines": (f'{{\n  "token": "{TOKEN}"\n}}\n'.encode(), f"it begins with '{{', {JSON}"),
    "JSON in quotation marks": (f'\'{{"token": "{TOKEN}"}}\''.encode(), f"it begins with '{{', {JSON}"),
    "a list of JSON": (f'["{TOKEN}"]'.encode(), f"it begins with '[', {JSON}"),
    "a list without quotation marks": (f"[{TOKEN}]".encode(), f"it begins with '[', {JSON}"),
    "a template": (f"{{{{ {TOKEN} }}}}".encode(), f"it begins with '{{', {JSON}"),
    "a member of JSON": (f'"token": "{TOKEN}",'.encode(), f"line 1 {FIELD}"),
    "an INI file": (f"[default]\ntoken = {TOKEN}\n".encode(), f"line 2 is a NAME=VALUE {ASSIGNED}"),
    "YAML": (f"token: {TOKEN}\n".encode(), f"line 1 {FIELD}"),
    "YAML with more": (f"---\npushwoosh:\n  api-token: {TOKEN}\n".encode(), f"line 2 {FIELD}"),
    "YAML, quoted": (f"api_token: '{TOKEN}'\n".encode(), f"line 1 {FIELD}"),
    "a name without a blank behind it": (f"api_token:{TOKEN}".encode(), f"line 1 {FIELD}"),
    "a header": (f"Authorization: Api {TOKEN}\r\n".encode(), f"line 1 {FIELD}"),
    "a header without a blank": (f"authorization:Api {TOKEN}".encode(), f"line 1 {FIELD}"),
    "another API's header": (f"Authorization: Bearer {TOKEN}".encode(), f"line 1 {FIELD}"),
    "a header in quotation marks": (f'"Authorization: Api {TOKEN}"'.encode(), f"line 1 {FIELD}"),
    "a request": (f"POST /v1 HTTP/1.1\r\nHost: x\r\nX: {TOKEN}".encode(), f"line 2 {FIELD}"),
    "another API's scheme": (f"Bearer {TOKEN}".encode(), FOREIGN),
    "another API's scheme in quotation marks": (f'"bearer {TOKEN}"'.encode(), FOREIGN),
    "XML": (f"<token>{TOKEN}</token>".encode(), MARKUP),
    "HTML": (f'<!DOCTYPE html>\n<p\nclass="{TOKEN}">'.encode(), MARKUP),
    "a placeholder": (f"<{TOKEN}>".encode(), MARKUP),
    "a placeholder behind the scheme": (f"Api <{TOKEN}>".encode(), BRACKETS),
    "a variable that no shell has filled in": (f"${{{TOKEN}}}".encode(), BRACKETS),
    "a closing bracket": (f"{TOKEN}]".encode(), BRACKETS),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_token_file_that_holds_something_else_is_refused_with_the_cause_and_never_shown(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load_token(tmp_path / "token", {})
    assert str(caught.value).startswith(f"{tmp_path / 'token'}: this is no API token; {reason}")
    assert TOKEN[:6] not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("text", [f'{{"token": "{TOKEN}"}}', f"token: {TOKEN}", f"<b>{TOKEN}</b>", f"Bearer {TOKEN}"])
def test_the_environment_is_refused_for_the_same_reasons_as_a_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(text)
    told = []
    for file, environ in ((tmp_path / "token", {}), (None, {TOKEN_VARIABLE: text})):
        with pytest.raises(UsageError) as caught:
            load_token(file, environ)
        told.append(str(caught.value).partition(": this is no API token; ")[2])
    assert told[0] == told[1] != ""


@pytest.mark.parametrize(
    "token",
    ["abc+/def_ghi-jkl.mno~p==", "=", "====", "a_b==", "-._~+/", "a/b/c=", "eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl",
     "12345:abc", "id-7:5ecret:x", "token", "Bearer", "key-abc", "Basic_1", "ApiKey7", "Apian", "keyring:abc"],
)  # fmt: skip
def test_a_token_that_http_allows_is_taken(token: str, tmp_path: Path) -> None:
    """Signs of equality stand at its end, as padding, and nowhere else (token68 of RFC 9110)."""
    (tmp_path / "token").write_text(token)
    assert load_token(tmp_path / "token", {}).reveal() == token


def test_a_named_pipe_is_read_to_its_end_when_somebody_writes_to_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = [sys.executable, "-c", f"import time; p = open({str(pipe)!r}, 'w'); p.write({TOKEN[:9]!r}); p.flush()\n"]
    writing[-1] += f"time.sleep(0.05); p.write({TOKEN[9:]!r})"
    with subprocess.Popen(writing):
        assert load_token(pipe, {}).reveal() == TOKEN


def test_a_named_pipe_that_nobody_writes_to_is_not_waited_for_without_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match=r"pipe: nobody wrote to this pipe in 0\.01 s; --token-file names"):
        load_token(pipe, {}, patience=0.01)
    with (
        pipe.open("r+b", buffering=0),
        pytest.raises(UsageError, match="nobody wrote to this pipe"),
    ):  # open, and silent
        load_token(pipe, {}, patience=0.01)


@pytest.mark.skipif(os.geteuid() != 0, reason="files of others are made by root alone")
def test_a_token_file_of_another_user_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    os.chown(file, 12345, 12345)
    assert loose_permissions(file) == f"{file}: this file belongs to another user, who can read and change the token"


@pytest.mark.skipif(os.geteuid() != 0, reason="who is somebody else is decided by root alone")
def test_a_token_file_that_another_user_keeps_private_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    before = os.geteuid()
    os.seteuid(12345)
    try:
        with pytest.raises(UsageError, match="token: Permission denied; --token-file names a file that holds"):
            load_token(file, {})
    finally:
        os.seteuid(before)


@pytest.mark.parametrize("base_url", ["https://journey.pushwoosh.com", "http://192.0.2.1", "https://localhost.:1"])
def test_a_token_that_could_be_an_ordinary_word_is_warned_of_and_not_shown(base_url: str) -> None:
    told = short_token(Secret("swordfish"), base_url)
    assert told
    assert "swordfish" not in told
    assert not any(char.isdigit() for char in told)  # as its length would be
    assert told == short_token(Secret("a" * 15), base_url)
    assert short_token(Secret("a" * 16), base_url) is None


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8080", "https://127.0.0.1", "http://localhost", "http://[::1]"])
def test_the_sandbox_may_have_a_short_token(base_url: str) -> None:
    assert short_token(Secret("sandbox"), base_url) is None


@contextmanager
def pipe_with(content: bytes) -> Iterator[Path]:
    """Yield the path of a pipe that holds *content*, as a shell's process substitution does."""
    read, write = os.pipe()
    os.write(write, content)
    os.close(write)
    try:
        yield Path(f"/dev/fd/{read}")
    finally:
        os.close(read)


def test_a_token_comes_through_a_pipe_as_well() -> None:
    with pipe_with(f"{TOKEN}\n".encode()) as path:
        assert loose_permissions(path) is None
        assert load_token(path, {}).reveal() == TOKEN


def test_no_more_than_64_kb_of_a_token_file_are_read(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(TOKEN.encode() + b" " * ((1 << 16) - len(TOKEN)))
    assert load_token(file, {}).reveal() == TOKEN
    with file.open("ab") as longer:
        longer.write(b" ")
    with pytest.raises(UsageError, match="token: this is no API token; it is longer than 64 kB") as caught:
        load_token(file, {})
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    os.truncate(file, 1 << 40)  # a hole, as large as no memory is
    for endless in (file, Path("/dev/zero")):
        with pytest.raises(UsageError, match="longer than 64 kB"):
            load_token(endless, {})


@pytest.mark.parametrize(
    ("mode", "loose"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o644, True), (0o622, False)]
)
def test_a_token_file_that_others_can_read_is_warned_of(tmp_path: Path, mode: int, loose: bool) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(mode)
    assert loose_permissions(file) == (f"{file}: others can read this file; chmod 600 {file}" if loose else None)


def test_the_file_behind_a_link_is_what_others_could_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o644)
    link = tmp_path / "my link"
    link.symlink_to("token")
    assert loose_permissions(link) == f"{link}: others can read this file; chmod 600 '{link}'"


def test_what_is_no_file_of_its_own_is_not_warned_of(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "pipe").chmod(0o644)
    tmp_path.chmod(0o755)
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o644)
    with (tmp_path / "token").open() as opened:
        ways = [Path(f"/dev/fd/{opened.fileno()}"), Path(f"/proc/self/fd/{opened.fileno()}"), Path("/dev/null")]
        for path in (*ways, tmp_path / "pipe", tmp_path, tmp_path / "none", tmp_path / "token" / "x"):
            assert loose_permissions(path) is None


def test_a_token_comes_from_stdin_without_a_warning(tmp_path: Path) -> None:
    script = (
        "import pathlib as p, bulk_journeys.settings.credentials as s; d = p.Path('/dev/stdin')\n"
        "print(s.loose_permissions(d), len(s.load_token(d).reveal()))"
    )
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o644)
    with (tmp_path / "token").open() as file:
        from_file = subprocess.run([sys.executable, "-c", script], stdin=file, capture_output=True, check=True)
    from_pipe = subprocess.run([sys.executable, "-c", script], input=TOKEN.encode(), capture_output=True, check=True)
    assert from_file.stdout == from_pipe.stdout == b"None 23\n"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://journey.pushwoosh.com", "https://journey.pushwoosh.com"),
        ("https://journey.pushwoosh.com/", "https://journey.pushwoosh.com"),
        ("https://proxy.example/pushwoosh//", "https://proxy.example/pushwoosh"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://192.168.0.1", "https://192.168.0.1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://LOCALHOST", "http://LOCALHOST"),
    ],
)
def test_a_base_url_that_keeps_the_token_safe_is_taken_without_its_last_slash(text: str, url: str) -> None:
    assert check_base_url(text) == url
    assert check_base_url(text, allow_http=True) == url
    assert not shown_to_network(url)


@pytest.mark.parametrize(
    "text",
    [
        "http://journey.pushwoosh.com",
        "http://192.168.0.1",
        "http://0.0.0.0:80",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[2001:db8::1]",
        "HTTP://EXAMPLE.COM",
        "http://2130706433",
        "http://0x7f000001",
        "http://127.1",
        "http://127.0.0.1.:80",
        "http://localhost.:80",
        "http://api.localhost",
        "http://[::ffff:127.0.0.1]",
        "http://[::1%25eth0]",
        "http://１２７.0.0.1",
    ],
)
def test_a_token_never_crosses_a_network_in_the_clear(text: str) -> None:
    with pytest.raises(UsageError, match="would show the token to the network; use https, or --allow-http if"):
        check_base_url(text)


@pytest.mark.parametrize("text", ["http://journey.example.com/", "http://192.168.0.1:80", "http://[2001:db8::1]//"])
def test_a_token_crosses_a_network_in_the_clear_only_if_it_is_allowed(text: str) -> None:
    assert check_base_url(text, allow_http=True) == text.rstrip("/")
    assert shown_to_network(text)


@pytest.mark.parametrize(
    "text",
    ["", "journey.pushwoosh.com", "//example.com", "ftp://example.com", "https://", "https:///x", "https:example.com",
     "https://example.com ", "https://exam ple.com",
     "https://example.com:99999", "https://example.com:port", "https://[::1", "file:///etc/passwd",
     "http://[::1].example.com", "http://[::1]example.com:80", "https://[::1]x"],
)  # fmt: skip
def test_what_is_no_url_is_refused(text: str) -> None:
    for allow_http in (False, True):
        with pytest.raises(UsageError, match=r"--base-url: .*is not a URL"):
            check_base_url(text, allow_http=allow_http)


@pytest.mark.parametrize(
    "text",
    [
        f"https://{TOKEN}@example.com",
        f"https://user:{TOKEN}@example.com",
        f"https://:{TOKEN}@example.com",
        f"https://example.com/?token={TOKEN}",
        f"https://example.com/#{TOKEN}",
        f"http://user:{TOKEN}@example.com",
    ],
)
def test_a_base_url_with_more_than_an_address_is_refused_and_not_shown(text: str) -> None:
    for allow_http in (False, True):
        with pytest.raises(UsageError, match="--base-url: only scheme, host, port and path") as caught:
            check_base_url(text, allow_http=allow_http)
        assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30.0),
        ("30m", 1800.0),
        ("2h", 7200.0),
        ("1h30m", 5400.0),
        ("1d", 86_400.0),
        ("1d2h3m4s", 93_784.0),
        ("90", 90.0),
        ("0.5", 0.5),
        ("1.5h", 5400.0),
        ("1h0.5m", 3630.0),
        ("007s", 7.0),
        ("1h0m", 3600.0),
    ],
)
def test_a_duration_is_seconds_however_it_is_written(text: str, seconds: float) -> None:
    assert parse_duration(text, "--deadline") == seconds
    assert parse_duration(text, "--deadline", or_zero=True) == seconds


@pytest.mark.parametrize(
    "text",
    ["", " ", "30 s", " 30s", "30s ", "30s\n", "-1", "-30s", "+30s", "nan", "inf", "infinity", "1e3", "1e999",
     "9" * 400, "9" * 400 + "s", "30x", "30S", "30min", "5w", "s", "h", ".5h", "1.h", "1,5h", "1h30", "30m1h",
     "1h1h", "1:30", "1_000", "\u0663s", "0x10", "10s30"],
)  # fmt: skip
@pytest.mark.parametrize("or_zero", [False, True])
def test_what_is_no_duration_is_refused_with_how_to_write_one(text: str, or_zero: bool) -> None:
    with pytest.raises(UsageError) as caught:
        parse_duration(text, "--wait-for-lock", or_zero=or_zero)
    advice = "is not a duration; write '30s', '30m', '2h', '1h30m', '1d' or '90' (seconds)"
    assert str(caught.value) == f"--wait-for-lock: {text!r} {advice}"


@pytest.mark.parametrize("text", ["0", "0s", "0.0h", "0d0h"])
def test_no_time_is_a_duration_only_where_that_makes_sense(text: str) -> None:
    assert parse_duration(text, "--wait-for-lock", or_zero=True) == 0.0
    with pytest.raises(
        UsageError, match=r"^--deadline: '0.*' leaves no time at all; write more, as in '30s' or '30m'$"
    ):
        parse_duration(text, "--deadline")


def test_without_a_word_of_the_user_nothing_is_allowed_waited_for_or_bounded() -> None:
    options = RunOptions()
    assert not options.allow_http
    assert options.wait_for_lock == 0.0
    assert (options.deadline, options.max_failures, options.strict) == (None, None, False)
    assert (options.canary, options.limit) == (0, None)


def test_an_address_that_a_script_forgot_to_fill_in_is_not_taken_for_the_live_one() -> None:
    with pytest.raises(UsageError, match="PUSHWOOSH_BASE_URL is empty; say where the API is, or unset it"):
        check_environment({"PUSHWOOSH_BASE_URL": ""})
    check_environment({})
    check_environment({"PUSHWOOSH_BASE_URL": "http://127.0.0.1:1"})
