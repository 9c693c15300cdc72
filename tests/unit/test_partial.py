"""Laws of what a document says of other pages: it is heard where it says so, and nowhere else."""

from typing import Any

import pytest

from bulk_journeys.source.json_rows import Said, told_partial


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        (["has_more"], True, "has_more: true"),
        (["hasMore"], True, "hasMore: true"),
        (["meta", "has_next_page"], True, "meta.has_next_page: true"),
        (["truncated"], True, "truncated: true"),
        (["next"], "https://x.example/?page=2", "next: 'https://x.example/?page=2'"),
        (["paging", "next_cursor"], "abc", "paging.next_cursor: 'abc'"),
        (["nextPageToken"], "abc", "nextPageToken: 'abc'"),
        (["links", "next"], 2, "links.next: 2"),
        (["@odata.nextLink"], "https://x.example/?$skip=4", "@odata.nextLink: 'https://x.example/?$skip=4'"),
        (["@odata.count"], 312, "@odata.count: 312"),
        (["total"], 312, "total: 312"),
        (["_metadata", "total_count"], 5, "_metadata.total_count: 5"),
        (["hits", "total", "value"], 25, "hits.total.value: 25"),
        (["page", "total_pages"], 2, "page.total_pages: 2"),
        (["_metadata", "page_count"], 7, "_metadata.page_count: 7"),
    ],
)
def test_a_page_of_several_says_so(path: list[str], value: Any, shown: str) -> None:
    assert told_partial([Said(["x"], 1), Said(path, value)], 4) == shown


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["has_more"], False),
        (["next"], None),
        (["next"], ""),
        (["next_run"], "2026-11-28"),
        (["total"], 4),
        (["total"], 0),
        (["total"], True),
        (["total"], "312"),
        (["total_ms"], 312),
        (["page"], 7),
        (["page_count"], 1),
        (["value"], 312),
        (["limit"], 1000),
        (["total", "sent"], 312),
        (["stats", "total"], 312),
        (["nextOffset"], 0),
    ],
)
def test_what_says_nothing_of_others_is_passed_over(path: list[str], value: Any) -> None:
    assert told_partial([Said(path, value)], 4) is None
