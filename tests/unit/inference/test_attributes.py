"""Attributes become columns that a reader can name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.inference.attributes import AttributeCode, encode_people, learn_codes
from engine.inference.profiles import Profiles


def describe(attributes: dict[str, list], texts: np.ndarray | None = None) -> Profiles:
    people = tuple(f"p{number}" for number in range(len(next(iter(attributes.values())))))
    return Profiles(people, ("s",), csr_array((len(people), 1)), attributes, texts)


def test_categories_and_numbers_become_columns_in_the_order_of_their_names() -> None:
    profiles = describe({"years": [1.0, 5.0, None], "role": ["smith", None, "baker"]})
    codes = learn_codes(profiles.attributes)
    assert [code.name for code in codes] == ["role", "years"]
    assert codes[0].categories == ("baker", "smith")
    encoded = encode_people(codes, 0, profiles).toarray()
    assert encoded.shape == (3, codes[0].width + codes[1].width)
    assert encoded[0, 1] == 1
    assert encoded[2, 0] == 1
    assert encoded.sum(axis=1).tolist() == [2, 1, 1]


def test_a_value_never_seen_and_one_not_known_say_nothing() -> None:
    code = AttributeCode("role", categories=("smith",))
    assert code.find_column("baker") == -1
    assert code.find_column(None) == -1
    assert AttributeCode("years", edges=(2.0,)).find_column(float("nan")) == -1


def test_columns_are_said_in_words() -> None:
    code = AttributeCode("years", edges=(2.0, 5.0))
    assert [code.say_column(column) for column in range(code.width)] == ["under 2", "2 to under 5", "5 or more"]


def test_a_text_follows_the_attributes_and_no_text_is_zeros() -> None:
    texts = np.asarray([[0.6, 0.8], [np.nan, np.nan]], dtype=np.float32)
    profiles = describe({"role": ["smith", "smith"]}, texts)
    encoded = encode_people(learn_codes(profiles.attributes), 2, profiles).toarray()
    assert encoded == pytest.approx(np.asarray([[1, 0.6, 0.8], [1, 0, 0]]), abs=1e-7)


@given(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_every_known_number_falls_into_one_bin_and_greater_numbers_into_later_ones(values: list[float | None]) -> None:
    (code,) = learn_codes({"years": values})
    known = sorted(value for value in values if value is not None)
    columns = [code.find_column(value) for value in known]
    assert columns == sorted(columns)
    assert all(0 <= column < code.width for column in columns) or not code.edges
