import json

from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.jsonlines import encode_line


def test_what_ascii_lacks_is_escaped_as_json_does() -> None:
    assert encode_line({"title": "é\u2028\U0001f600"}) == b'{"title":"\\u00e9\\u2028\\ud83d\\ude00"}\n'


@given(st.text())
def test_a_value_is_one_ascii_line_and_survives_it(text: str) -> None:
    line = encode_line({"title": text})
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert json.loads(line) == {"title": text}
