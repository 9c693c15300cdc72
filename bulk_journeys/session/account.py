"""One run at a time for each account; where that cannot be made sure, a run goes on with a warning."""

import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Protocol
from urllib.parse import urlsplit

import msgspec

from bulk_journeys.errors import RunLocked
from bulk_journeys.files import drafted, opened, sync_folder
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.locks import lock
from bulk_journeys.terminal import printable

SALT_NAME: Final = "salt"
LOCKS_NAME: Final = "locks"
MET_NAME: Final = "met"
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_SALT: Final = re.compile(rb"([0-9a-f]{32})\n")
"""The line feed shows that the salt was written to its end."""

_SALT_PATIENCE: Final = 5.0
"""Seconds; whoever makes a damaged salt anew needs a few milliseconds."""

_WORDS: Final = 80
"""Characters of a name that are written and shown."""

_HOLDER_SIZE: Final = 4096
"""Bytes of a lock file that are read; two names of 80 characters are less in any script."""


class Sealed(Protocol):
    """A secret that shows itself only when asked by name."""

    def reveal(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Account:
    """An account, as files in the state *folder* may name it: *key*, of address and token, shows neither.

    *doubt* is a warning that other runs may know the account by another key, or None if all have this one.
    """

    folder: Path
    key: str
    doubt: str | None

    @property
    def known(self) -> bool:
        """Whether a run of this user went to the account's address before, with whatever token."""
        return any(self.lock.parent.glob(f"{self._address}-*.lock"))

    @property
    def met(self) -> bool:
        """Whether an answer from the account's address was ever understood as the API's own, whatever the token was."""
        try:
            return stat.S_ISREG(self._mark.lstat().st_mode)
        except OSError:
            return False

    def meet(self) -> None:
        """Keep in mind, beyond the run, that an answer was understood. Never raises: at worst it is not kept."""
        if self.doubt is None:  # else the key is one that nobody will have again
            with suppress(OSError):
                self._mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with opened(self._mark, os.O_RDWR | os.O_CREAT):
                    sync_folder(self._mark.parent)

    @property
    def _address(self) -> str:
        """What the key says of the address alone."""
        return self.key.partition("-")[0]

    @property
    def _mark(self) -> Path:
        return self.folder / MET_NAME / self._address

    @property
    def lock(self) -> Path:
        """The file that whoever holds the account locks."""
        return self.folder / LOCKS_NAME / f"{self.key}.lock"


class _Holder(msgspec.Struct, frozen=True):
    """Who holds a lock *since* when, as the lock file says; nobody can be sure that it is true."""

    run: str
    pid: Annotated[int, msgspec.Meta(ge=1, lt=1 << 32)]
    host: str
    since: Annotated[datetime, msgspec.Meta(tz=True)]

    def __str__(self) -> str:
        since, now = self.since.astimezone(UTC), datetime.now(UTC)
        form = "%H:%M:%S UTC" if since.date() == now.date() else "%Y-%m-%d %H:%M:%S UTC"
        return f"{_bounded(self.run)} (process {self.pid} on host {_bounded(self.host)}, since {since:{form}})"


def account_of(folder: Path, base_url: str, token: Sealed) -> Account:
    """Return the account that *token* opens at *base_url*; never raises. Guesses of the token are slow to try.

    All processes with the same state *folder* agree on the key, from the first two that begin together on.
    """
    path, doubt = folder / SALT_NAME, None
    try:
        salt = _shared_salt(path)
    except OSError as error:
        salt, doubt = _new_salt(), _doubt(path, error)
    address = _address(base_url)
    whose = _slow_hash(f"{address} {token.reveal()}", salt)
    return Account(folder, f"{hashlib.sha256(f'{salt} {address}'.encode()).hexdigest()[:16]}-{whose}", doubt)


@contextmanager
def holding(
    account: Account, run: str, patience: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[str | None]:
    """Hold *account* for *run* until the block or the process ends; wait for it *patience* seconds, 0 for not at all.

    Yields None, or a warning that another run may hold it too. Raises RunLocked if another does.
    """
    path, doubt = account.lock, account.doubt
    with ExitStack() as stack:
        try:
            if doubt is None:
                fd = stack.enter_context(_locked_file(path, patience, sleep))
                stack.enter_context(_signed(fd, run))
        except OSError as error:
            doubt = _doubt(path, error)
        yield doubt


def _address(base_url: str) -> str:
    """Return the one way to write an address of which people write several."""
    url = urlsplit(base_url)
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    port = "" if url.port in {None, DEFAULT_PORTS.get(url.scheme)} else f":{url.port}"
    return f"{url.scheme}://{host}{port}{url.path.rstrip('/')}"


def _slow_hash(secret: str, salt: str) -> str:
    """Return a hash that takes some 20 ms, on purpose."""
    try:
        return hashlib.scrypt(secret.encode(), salt=salt.encode(), n=1 << 13, r=8, p=1, dklen=16).hex()
    except (AttributeError, ValueError):  # an OpenSSL for FIPS has no scrypt
        return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), 50_000, dklen=16).hex()


def _shared_salt(path: Path) -> str:
    """Return the salt that all processes find at *path*, where it is made if need be. Raises OSError."""
    try:
        return _salt_at(path) or _mended_salt(path)
    except FileNotFoundError:
        _make_salt(path)
        return _salt_at(path) or _mended_salt(path)


def _salt_at(path: Path) -> str | None:
    with opened(path, os.O_RDONLY) as fd:
        return _salt_in(fd)


def _salt_in(fd: int) -> str | None:
    """Return the salt, or None if the file is damaged or not yet written to its end."""
    found = _SALT.fullmatch(os.pread(fd, 64, 0))
    return found[1].decode() if found else None


def _make_salt(path: Path) -> None:
    """Put a salt at *path*, whole from the start, unless another process was faster. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with drafted(path) as (fd, draft):
        _put(fd, f"{_new_salt()}\n".encode())
        with suppress(FileExistsError):
            os.link(draft, path)


def _mended_salt(path: Path) -> str:
    """Return the salt that takes the place of a damaged one, in the same file, since others wait for its lock."""
    with opened(path, os.O_RDWR) as fd:
        if not lock(fd, _SALT_PATIENCE, time.sleep):
            raise OSError(errno.EBUSY, "another process keeps this file locked")
        salt = _salt_in(fd)
        if salt is None:
            salt = _new_salt()
            _put(fd, f"{salt}\n".encode())
        return salt


def _new_salt() -> str:
    return os.urandom(16).hex()


@contextmanager
def _locked_file(path: Path, patience: float, sleep: Callable[[float], None]) -> Iterator[int]:
    """Open and lock the file at *path*, never unlinked: a lock on what has lost its name excludes nobody."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(path, os.O_RDWR | os.O_CREAT) as fd:
        if not lock(fd, patience, sleep):
            raise RunLocked(_refusal(fd, patience))
        yield fd


@contextmanager
def _signed(fd: int, run: str) -> Iterator[None]:
    """Let the lock file say who holds it; on a full disk it says nothing."""
    now = datetime.now(UTC).replace(microsecond=0)
    with suppress(OSError):
        _put(fd, encode_line(_Holder(_bounded(run), os.getpid(), _bounded(os.uname().nodename), now)))
    try:
        yield
    finally:
        with suppress(OSError):
            _put(fd, b"")


def _refusal(fd: int, patience: float) -> str:
    try:
        holder = msgspec.json.decode(os.pread(fd, _HOLDER_SIZE, 0), type=_Holder)
        told = f"another run holds this account: {holder}"
    except (OSError, ValueError, OverflowError, RecursionError):
        told = "another process holds this account"
    end = f"it still holds it after {patience:g} s" if patience > 0 else "wait for it with --wait-for-lock 30s"
    return f"{told}; {end}"


def _doubt(path: Path, error: OSError) -> str:
    reason = f"{path}: {error.strerror or error}"
    return f"it cannot be made sure that no other run changes these journeys at the same time: {reason}"


def _bounded(text: str) -> str:
    return printable(text[:_WORDS])


def _put(fd: int, content: bytes) -> None:
    """Let *content* be all that is in the file. Raises OSError."""
    os.ftruncate(fd, 0)
    if os.pwrite(fd, content, 0) < len(content):
        raise OSError(errno.ENOSPC, "the disk is full")
