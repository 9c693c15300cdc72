"""A bounded part of the fuzzer of flags, in each run of the tests."""

import pytest

from tests.fuzz.flags import fuzz_flags


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_column_of_flags_is_passed_over(seed: int) -> None:
    assert fuzz_flags(seed, 200) == 0
