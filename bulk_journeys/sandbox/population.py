"""The sandbox's journeys, and their list as a spreadsheet."""

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from bulk_journeys.errors import UsageError

from .config import Config
from .journeys import Journey, World

_SUBJECTS: Final = (
    "Welcome series",
    "Abandoned cart",
    "Win-back, 30 days",
    "Прощальная скидка",
    "Geburtstagsgrüße",
    "Offre spéciale « été »",
    '"Last chance" reminder',
    "Onboarding: first steps",
    "再訪のお知らせ",
    "+10% weekend",
    "Post-purchase review",
    "Price drop alert",
    "Carrinho abandonado",
    "Trial → paid",
    "Loyalty tier up 🎉",
)
_AUDIENCES: Final = (
    "",
    "new users",
    "VIP",
    "DE, AT, CH",
    "Île-de-France",
    "push only",
    "email + push",
    "São Paulo",
    "iOS 18+",
    'segment "B"',
    "Zürich; Basel",
)
_SUFFIXES: Final = ("", "", "", "v2", "A/B test", "(copy)", "2026", "Q4 / Black Friday", "do not touch!")

COLUMNS: Final = ("journey_id", "title", "status", "journey_url")
CANVAS: Final = "https://go.pushwoosh.com/journeys/canvas/"


def populate(config: Config) -> World:
    """Make the journeys. Their ids and titles are always the same, so that a list serves under every seed.

    The seed decides their statuses and rights. A larger world begins with the ids of a smaller one.
    """
    ids, titles, fates = Random("ids"), Random("titles"), Random(f"{config.seed} fates")  # noqa: S311
    statuses = fates.choices(list(config.mix), list(config.mix.values()), k=config.journeys)
    forbidden = set(fates.sample(range(config.journeys), min(config.forbidden, config.journeys)))
    return World(
        Journey(
            uuid=str(UUID(int=ids.getrandbits(128), version=4)),
            title=_title(titles),
            first_status=status,
            status=status,
            forbidden=place in forbidden,
        )
        for place, status in enumerate(statuses)
    )


def _title(dice: Random) -> str:
    parts = (dice.choice(_SUBJECTS), dice.choice(_AUDIENCES), dice.choice(_SUFFIXES))
    return " - ".join(part for part in parts if part)


def export_csv(world: World, path: Path) -> None:
    """Write the journeys and their present status as UTF-8 CSV with a header; UsageError if impossible."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *_cells(world)])
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); choose another file") from error


def _cells(world: World) -> Iterator[tuple[str, str, str, str]]:
    for journey in world.journeys.values():
        yield journey.uuid, journey.title, journey.status.name.capitalize(), CANVAS + journey.uuid
