"""Holds the packages that a user installs with this program against the database of known vulnerabilities.

pip-audit also says that there is none where the database knows nothing at all. So its output counts only if it finds
those of an old package that is among the others for that purpose.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import requires, version
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bulk_journeys.terminal import printable

PROJECT: Final = "bulk-journeys"
CONTROL: Final = "django"
CONTROL_VERSION: Final = "2.0"
"""It has had known vulnerabilities since 2018. It is never installed, only asked about."""

PATIENCE: Final = 20.0
"""Seconds for all of it."""

_FLAGS: Final = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "5")
_NETWORK: Final = ("requests.exceptions.", "urllib3.exceptions.", "vulnerability feed", "ServiceError")
"""Words of an audit that ended because nobody answered, or somebody else did."""


class Vulnerability(msgspec.Struct):
    """A known one, with the versions that do not have it."""

    id: str
    fix_versions: Sequence[str] = ()


class Audited(msgspec.Struct):
    """A package as the audit found it. *skip_reason* says why nothing is known of it."""

    name: str
    version: str = ""
    vulns: Sequence[Vulnerability] = ()
    skip_reason: str | None = None


class _Report(msgspec.Struct):
    dependencies: Sequence[Audited]


class Verdict(NamedTuple):
    """What is to be said, and the exit status."""

    lines: Sequence[str]
    status: int


SKIPPED: Final = "SKIPPED: the vulnerability database cannot be reached"


def dependencies(project: str = PROJECT) -> dict[str, str]:
    """Return what is installed with *project*, each package with its version; what only a developer needs is not."""
    found: dict[str, str] = {}
    for requirement in _requirements(project):
        name = canonicalize_name(requirement.name)
        if name not in found:
            found[name] = version(name)
            found = dependencies(name) | found
    return found


def _requirements(project: str) -> Iterator[Requirement]:
    for requirement in map(Requirement, requires(project) or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


def verdict(out: bytes, words: str, asked: Iterable[str]) -> Verdict:
    """Judge an audit of the packages *asked* about, by its JSON on stdout and, without any, by its *words*."""
    try:
        report = msgspec.json.decode(out, type=_Report)
    except msgspec.DecodeError:
        return _without_report(words)
    known = {str(canonicalize_name(each.name)): each for each in report.dependencies if each.skip_reason is None}
    control = known.pop(CONTROL, None)
    if found := [line for each in known.values() for line in _told(each)]:
        return Verdict(["dependencies: known vulnerabilities", *found], 1)
    if control is None or not control.vulns:
        return _skipped(f"what answered knows nothing of {CONTROL} {CONTROL_VERSION}")
    unknown = [f"  nothing is known of {name}" for name in sorted({*asked} - {*known})]
    return Verdict(["dependencies: no known vulnerability", *unknown], 0)


def _told(audited: Audited) -> Iterator[str]:
    for vulnerability in audited.vulns:
        mended = ", ".join(vulnerability.fix_versions) or "no version yet"
        yield printable(f"  {audited.name} {audited.version}: {vulnerability.id}; mended in {mended}")


def _without_report(words: str) -> Verdict:
    last = printable(words.strip().rpartition("\n")[2])
    if any(sign in words for sign in _NETWORK):
        return _skipped("the audit had no answer")
    return Verdict([f"dependencies: the audit itself failed: {last}"], 1)


def _skipped(why: str) -> Verdict:
    return Verdict([f"{SKIPPED}: {why}", "so the dependencies are NOT audited"], 0)


def audit(packages: Mapping[str, str], seconds: float = PATIENCE) -> Verdict:
    """Have *packages* audited, the control among them, within so many *seconds*."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        asked = {**packages, CONTROL: CONTROL_VERSION}
        listed.write_text("".join(f"{name}=={number}\n" for name, number in asked.items()), encoding="ascii")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listed), *_FLAGS]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            return _skipped(f"there was no answer within {seconds:g} s")
    return verdict(done.stdout, done.stderr.decode(errors="replace"), packages)


def main() -> None:
    """Print the verdict, and end with its status."""
    lines, status = audit(dependencies())
    print("\n".join(lines))
    sys.exit(status)


if __name__ == "__main__":
    main()
