"""Laws of the settings: a secret never shows, and goes nowhere that others could read it."""

import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.settings import TOKEN_VARIABLE, Secret, check_base_url, load_token

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


@pytest.mark.parametrize("text", [TOKEN, f"Api {TOKEN}", f" {TOKEN}\n", f"Api  {TOKEN}\r\n"])
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
    f"\ufeff{TOKEN}",
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
    ],
)
def test_a_base_url_that_keeps_the_token_safe_is_taken_without_its_last_slash(text: str, url: str) -> None:
    assert check_base_url(text) == url


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
    ],
)
def test_a_token_never_crosses_a_network_in_the_clear(text: str) -> None:
    with pytest.raises(UsageError, match="would show the token to the network; use https"):
        check_base_url(text)


@pytest.mark.parametrize(
    "text",
    ["", "journey.pushwoosh.com", "//example.com", "ftp://example.com", "https://", "https:///x", "https:example.com",
     "https://example.com ", "https://exam ple.com",
     "https://example.com:99999", "https://example.com:port", "https://[::1", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--base-url: .*is not a URL"):
        check_base_url(text)


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
    with pytest.raises(UsageError, match="--base-url: only scheme, host, port and path") as caught:
        check_base_url(text)
    assert TOKEN not in str(caught.value)
