"""Regions of a field: every condition has the same result for a value as for the representative of its region."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmn_engine.compile.regions import OTHER_TEXT, RegionCoder, Usage, divide, locate_region, read_test_usage
from dmn_engine.diagnostics import Diagnostics, Source
from dmn_engine.feel.parser import parse_unary_tests
from dmn_engine.feel.types import DATE, NUMBER, STRING, ListType
from dmn_engine.model.data_dictionary import Domain, Field

ALLERGIES = Field("allergies", "Allergies", ListType(STRING))
LISTED = Field("symptoms", "Symptoms", ListType(STRING), Domain(("pain", "bleeding", "ulceration")))
DISTINCT = replace(LISTED, distinct=True)
LONG = Field("drugs", "Drugs", ListType(STRING), Domain(tuple(f"drug {index}" for index in range(20))))
ASKED = ("pollen", "dust")


def read(text: str) -> Usage:
    tests = parse_unary_tests(Source(text), {}, Diagnostics())
    assert tests is not None
    return read_test_usage(tests)


def test_texts_that_are_ordered_have_a_region_each() -> None:
    """Texts that no cell names are alike for equality, and not for an order."""
    texts = Field("code", "Code", STRING)
    for text, alike in (('"m", "n"', True), ('< "m"', False), ('not(> "m")', False), ('["f".."m")', False)):
        assert read(text).is_opaque_for(texts) is not alike, text
        tests = parse_unary_tests(Source(text), {}, Diagnostics())
        assert tests is not None
        coder = RegionCoder.of_tests([tests])
        assert (coder.code("a") == coder.code("z")) is alike, text
        assert coder.code("a") != coder.code("m")
    assert not read("< 5").is_opaque_for(texts)
    assert read("count(?) = 2").is_opaque_for(texts)  # what is meant for a list proves nothing of a text


def region(item: Field, usage: Usage, value: list[object]) -> list[object]:
    regions = divide(item, usage)
    place = locate_region(item, usage, regions, value)
    assert place is not None
    found = regions[place]
    assert isinstance(found, list)
    return found


@given(st.lists(st.sampled_from(["pollen", "dust", "nuts", "milk"]), max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_list_answers_as_its_region(value: list[object]) -> None:
    usage = read('list contains(?, "pollen")').add(read('not(list contains(?, "dust"))'))
    found = region(ALLERGIES, usage, value)
    assert [text in found for text in ASKED] == [text in value for text in ASKED]
    assert bool(set(found) - set(ASKED)) == bool(set(value) - set(ASKED))


@given(st.lists(st.sampled_from(["pain", "bleeding", "ulceration"]), max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_listed_list_is_the_set_of_its_items_whatever_its_cells_name(value: list[object]) -> None:
    usage = read('list contains(?, "ulceration")').add(read('list contains(?, "bleeding")'))
    assert set(region(LISTED, usage, value)) == set(value)
    assert set(region(LISTED, Usage(), value)) == set(value)


@given(st.lists(st.sampled_from([f"drug {index}" for index in range(20)]), max_size=5))
@settings(max_examples=50, deadline=None)
def test_a_list_of_many_listed_values_answers_by_those_that_cells_name(value: list[object]) -> None:
    usage = read('list contains(?, "drug 7")').add(read('list contains(?, "drug 0")'))
    found = region(LONG, usage, value)
    for text in ("drug 7", "drug 0"):
        assert (text in found) == (text in value)
    assert bool(set(found) - {"drug 0", "drug 7"}) == bool(set(value) - {"drug 0", "drug 7"})
    assert OTHER_TEXT not in found


@pytest.mark.parametrize("text", ['? = ["pollen"]', "count(?) > 1", "list contains(?, null)", "? != [] and ?[1] = 1"])
def test_a_list_that_is_more_than_asked_has_no_regions(text: str) -> None:
    assert read(text).is_opaque_for(ALLERGIES)


def test_what_a_set_of_items_answers_is_exact() -> None:
    assert not read('? != null and list contains(?, "pollen")').is_opaque_for(ALLERGIES)
    assert not read('count(?) > 1 and (some x in ? satisfies x = "pain")').is_opaque_for(DISTINCT)
    assert read("count(?) > 1").is_opaque_for(LISTED), "an item may occur twice"
    tests = parse_unary_tests(Source("> (if count(symptoms) > 1 then 2 else 4)"), {}, Diagnostics())
    assert tests is not None
    assert not read_test_usage(tests, "symptoms").is_opaque_for(DISTINCT)
    assert read('? = ["pain", "bleeding"]').is_opaque_for(LISTED), "the order counts"
    assert read("?[1]").is_opaque_for(LISTED), "the order counts"
    assert read('list contains(?, "pollen")').is_opaque_for(Field("season", "Season", STRING))


def test_the_order_of_texts_has_no_regions() -> None:
    season = Field("season", "Season", STRING)
    for text in ('< "m"', '< "m", null', '["a".."m"]', '? >= "m"', '? between "a" and "m"'):
        assert read(text).is_opaque_for(season), text
    assert not read('"spring", "summer"').is_opaque_for(season)


def test_constants_are_found_in_calls_and_ranges() -> None:
    born = Field("born", "Born", DATE)
    assert not read('< date("2024-01-01")').is_opaque_for(born)
    days = [str(day) for day in divide(born, read('< date("2024-01-01")'))]
    assert days == ["2023-12-31", "2024-01-01", "2024-01-02"]
    assert read("< today()").is_opaque_for(born)
    age = Field("age", "Age", NUMBER)
    assert len(divide(age, read("? in [[1..5], 9]"))) == 7
