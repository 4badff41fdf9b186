"""The vocabulary of the builder's tests: one field of every sort."""

from __future__ import annotations

from decimal import Decimal

from dmn_engine.feel.types import ANY, BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, TIME, YEARS_DURATION, ListType, Type
from dmn_engine.model.data_dictionary import DataDictionary, Domain, Field


def _field(name: str, title: str, type_: Type, domain: Domain | None = None, unit: str = "") -> Field:
    return Field(name, title, type_, domain or Domain(), unit=unit)


STATUS = Domain(("positive", "negative", "equivocal", "unknown"))
SUBTYPE = Domain(("HR+/HER2-", "HER2+", "triple-negative", "undetermined"))
ROUTE = Domain(("oral", "by vein, slowly", "by vein", "slowly", 'the "depot" form', "not given"))
LETTER = Domain(("a", "b", "a, b"))
GRADE = Domain(("1", "2", "3"))
CODE = Domain(("1-2", "3+", "MARCH1"))
MARKS = Domain(("x", "not(x)", "-", "y", "not(z)"))
SYMPTOMS = Domain(("bleeding", "ulceration", "pain"))

VOCABULARY = DataDictionary(
    {
        item.name: item
        for item in (
            _field("her2_status", "HER2 status", STRING, STATUS),
            _field("tumour_subtype", "Tumour subtype", STRING, SUBTYPE),
            _field("route", "Route", STRING, ROUTE),
            _field("letter", "Letter", STRING, LETTER),
            _field("grade", "Grade", STRING, GRADE),
            _field("code", "Code", STRING, CODE),
            _field("mark", "Mark", STRING, MARKS),
            _field("marks", "Marks", ListType(STRING), Domain(("x", "not(x)", "all(x)", "y"))),
            _field("comment", "Comment", STRING),
            _field("visceral_crisis", "Visceral crisis", BOOLEAN),
            _field("age", "Age", NUMBER, Domain(low=Decimal(0), high=Decimal(130), integer=True), "years"),
            _field("weight_kg", "Weight", NUMBER, Domain(low=Decimal(0), high=Decimal(400), low_closed=False), "kg"),
            _field("ecog", "ECOG", NUMBER, Domain(tuple(map(Decimal, range(5))))),
            _field("ratio", "Ratio", NUMBER),
            _field("symptoms", "Symptoms", ListType(STRING), SYMPTOMS),
            _field("drugs", "Drugs", ListType(STRING)),
            _field("doses", "Doses", ListType(NUMBER)),
            _field("diagnosed", "Date of diagnosis", DATE),
            _field("given_at", "Given at", TIME),
            _field("admitted", "Admitted", DATE_TIME),
            _field("interval", "Interval", YEARS_DURATION),
        )
    },
    {
        "Preference": _field("preference", "Preference", STRING, Domain(("preferred", "alternative"))),
        "Findings": _field("findings", "Findings", ListType(ANY)),
    },
)
