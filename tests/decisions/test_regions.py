"""Regions of a field: every value answers every condition as the value that stands for its region."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.compile.regions import Usage, divide, locate_region, read_test_usage
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.types import STRING, ListType
from dmn_engine.model.data_dictionary import Field

ALLERGIES = Field("allergies", "Allergies", ListType(STRING))
ASKED = ("pollen", "dust")


def read(text: str) -> Usage:
    tests = parse_unary_tests(Source(text), {}, Diagnostics())
    assert tests is not None
    return read_test_usage(tests)


@given(st.lists(st.sampled_from(["pollen", "dust", "nuts", "milk"]), max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_list_answers_as_its_region(value: list[object]) -> None:
    usage = read('list contains(?, "pollen")').add(read('not(list contains(?, "dust"))'))
    regions = divide(ALLERGIES, usage)
    place = locate_region(regions, usage, value)
    assert place is not None
    region = regions[place]
    assert isinstance(region, list)
    assert [text in region for text in ASKED] == [text in value for text in ASKED]
    assert bool(set(region) - set(ASKED)) == bool(set(value) - set(ASKED))


def test_a_list_that_is_more_than_asked_has_no_regions() -> None:
    for text in ('? = ["pollen"]', "count(?) > 1", "list contains(?, null)", "list contains(?, allergen)"):
        assert read(text).is_opaque_for(ALLERGIES), text
    assert not read('? != null and list contains(?, "pollen")').is_opaque_for(ALLERGIES)
    assert read('list contains(?, "pollen")').is_opaque_for(Field("season", "Season", STRING))
