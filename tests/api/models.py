"""Write small DMN models as files, one line for each decision."""

from __future__ import annotations

from pathlib import Path

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
MODEL = f'<definitions xmlns="{DMN}" id="d" name="{{name}}" namespace="urn:{{name}}">{{body}}</definitions>'


def write_model(folder: Path, name: str, body: str) -> Path:
    """A model file of that name; `body` is the content of <definitions>."""
    file = folder / f"{name}.dmn"
    file.write_text(MODEL.format(name=name, body=body), encoding="utf-8")
    return file


def data(name: str, type_: str = "") -> str:
    """An input data, whose id is its name."""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{_type(type_)}/></inputData>'


def decision(name: str, text: str, *requires: str, type_: str = "", functions: tuple[str, ...] = ()) -> str:
    """A decision with one expression; its requirements are `in:x` and `dec:x`, functions by their hrefs."""
    kinds = {"in": "requiredInput", "dec": "requiredDecision"}
    needs = "".join(
        f'<informationRequirement><{kinds[kind]} href="{_href(target)}"/></informationRequirement>'
        for kind, _, target in (item.partition(":") for item in requires)
    )
    calls = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="{_href(target)}"/></knowledgeRequirement>'
        for target in functions
    )
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{_type(type_)}/>{needs}{calls}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def importing(namespace: str, name: str = "") -> str:
    """An import of another of these models."""
    return f'<import name="{name}" namespace="urn:{namespace}" importType="{DMN}"/>'


def _href(target: str) -> str:
    return target if "#" in target else f"#{target}"


def _type(name: str) -> str:
    return f' typeRef="{name}"' if name else ""
