import pytest

from bulk_journeys.model import Action
from bulk_journeys.plan.cells import Unclear, action_word, journey_id
from bulk_journeys.plan.words import ACTIONS, AMBIGUOUS, normal

ID = "abcdef01-2345-6789-abcd-ef0123456789"
OTHER = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.upper(),
        f"{{{ID}}}",
        f"\u00a0\t{ID}\u200b\ufeff\r\n",
        f"urn:uuid:{ID}",
        f"URN:UUID:{ID.upper()}",
        ID.replace("-", ""),
        f"https://app.pushwoosh.com/journeys/{ID}",
        f"https://app.pushwoosh.com/journeys/{ID.upper()}/canvas/?from={OTHER}#top",
        f"app.pushwoosh.com/{ID}",
    ],
)
def test_an_id_is_known_however_it_is_spelt(text: str) -> None:
    assert journey_id(text) == ID


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (" \u200b", "is empty"),
        ("00000000-0000-0000-0000-000000000000", "is the nil id"),
        ("0" * 32, "is the nil id"),
        (f"https://x/{'00000000-0000-0000-0000-000000000000'}", "is the nil id"),
        (f"{ID} {OTHER}", "holds several journey ids"),
        (f"{ID},{ID}", "holds several journey ids"),
        ("0x" + ID.replace("-", ""), "is a number that starts with 0x"),
        (ID.replace("-", "_"), "has underscores"),
        ("abcdef012-345-6789-abcd-ef0123456789", "has its hyphens or braces in the wrong places"),
        (f"{{{ID.replace('-', '')}", "has its hyphens or braces in the wrong places"),
        (ID[:-1], "is cut short"),
        (ID[:20], "is cut short"),
        (ID + "0", "is too long"),
        (ID.replace("1", "１"), "has characters that only look like"),
        (ID.replace("-", "\u2011"), "has characters that only look like"),
        ("https://app.pushwoosh.com/journeys", "is a link without a journey id"),
        (f"https://app.pushwoosh.com/journeys?id={ID}", "is a link without a journey id"),
        (f"https://x/{ID}/{OTHER}", "is a link with several ids"),
        ("17", "is not a journey id"),
        ("N/A", "is not a journey id"),
        ("Весна", "is not a journey id"),
        ("Welcome series", "is not a journey id"),
        ("x" * 5000, "is longer than 2048"),
    ],
)
def test_what_is_not_one_id_is_refused_with_its_own_reason(text: str, reason: str) -> None:
    found = journey_id(text)
    assert isinstance(found, Unclear)
    assert found.reason.startswith(reason)


def test_an_id_among_other_text_is_only_suggested() -> None:
    assert journey_id(f"journey {ID}") == Unclear("has something around a journey id; give the id alone", ID)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("pause", Action.PAUSE),
        (" Paused\u00a0", Action.PAUSE),
        ("STATUS_PAUSED", Action.PAUSE),
        ("status-running", Action.START),
        ("Un-pause", Action.START),
        ("resume", Action.START),
        ("FINISHED", Action.FINISH),
        ("Draft", Action.DRAFT),
        ("STATUS_ARCHIVED", Action.ARCHIVE),
    ],
)
def test_an_action_is_known_however_it_is_spelt(text: str, action: Action) -> None:
    assert action_word(text) is action


@pytest.mark.parametrize(
    ("text", "reason", "meant"),
    [
        ("pasue", "is not an action", "pause"),
        ("finnish", "is not an action", "finish"),
        ("pause it", "is not an action", "pause"),
        ("xyz", "is not an action; write one of start, pause, finish, draft, archive", None),
        ("pause " * 100, "is not an action", None),
    ],
)
def test_a_near_miss_is_a_suggestion_only(text: str, reason: str, meant: str | None) -> None:
    assert action_word(text) == Unclear(reason, meant)


@pytest.mark.parametrize("text", ["stop", "Stopped", "DISABLE"])
def test_a_word_with_two_meanings_is_refused(text: str) -> None:
    found = action_word(text)
    assert isinstance(found, Unclear)
    assert "'pause', which can be taken back, or 'finish', which cannot" in found.reason


def test_an_empty_action_is_refused() -> None:
    found = action_word(" ")
    assert isinstance(found, Unclear)
    assert found.reason.startswith("is empty")


def test_the_tables_of_words_are_normal_and_do_not_overlap() -> None:
    assert all(normal(word) == word for word in [*ACTIONS, *AMBIGUOUS])
    assert not ACTIONS.keys() & AMBIGUOUS.keys()
    assert set(ACTIONS.values()) == set(Action)
