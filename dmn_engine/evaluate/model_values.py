"""Values of the elements of a DMN model, with the reasons for nulls: as its conformance kit asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.compile.model_graph import Element, ModelGraph
from dmn_engine.diagnostics import LineRef, Source, nearest_name
from dmn_engine.evaluate.evaluation import start_evaluation
from dmn_engine.evaluate.function_calls import invoke_function
from dmn_engine.feel.errors import EvaluationError
from dmn_engine.model.data_dictionary import Value

ByNamespace = Mapping[str, Mapping[str, Value]]


def find_element(model: ModelGraph, name: str, namespace: str = "") -> str | None:
    """The full name of an element; with a namespace, of the element of the model with this namespace."""
    if not namespace:
        return name if name in model.elements else None
    for full, element in model.elements.items():
        is_meant = element.node.model_file.definitions.namespace == namespace
        if is_meant and full == ".".join((*(link.name for link in element.path if link.name), name)):
            return full
    return None


def evaluate_element(
    model: ModelGraph,
    name: str,
    inputs: Mapping[str, Value],
    errors: list[EvaluationError],
    elsewhere: ByNamespace | None = None,
    namespace: str = "",
) -> Value:
    """The value of a decision for these inputs, by names of input data (FEEL values; a missing one is null).

    Inputs of an imported model are a context under the name of the import, or in `elsewhere` by namespace. The name of
    the decision may be qualified (`import.name`), or belong to the imported model of a `namespace`. Reasons for nulls
    are appended to `errors`, also for an unknown name.
    """
    full = find_element(model, name, namespace)
    if full is None or model.elements[full].is_function:
        errors.append(_describe_missing(model, name, is_function=False))
        return None
    record = _write_record(model, inputs, elsewhere or {})
    evaluation = start_evaluation(model.graph, record, clinical=False)
    value = evaluation.use(full) if model.graph.is_decision(full) else evaluation.look_up(full)
    errors += [error for found in evaluation.refused.values() for error in found]
    errors += [error for answer in evaluation.answers.values() for error in answer.errors]
    return value


def invoke_element(
    model: ModelGraph, name: str, arguments: Mapping[str, Value], errors: list[EvaluationError], namespace: str = ""
) -> Value:
    """The result of a decision service or business knowledge model for arguments by name; a missing one is null."""
    full = find_element(model, name, namespace)
    if full is None or full not in model.graph.functions:
        errors.append(_describe_missing(model, name, is_function=True))
        return None
    return invoke_function(model.graph, full, arguments, errors)


def _write_record(model: ModelGraph, inputs: Mapping[str, Value], elsewhere: ByNamespace) -> dict[str, Value]:
    """The inputs as a record: by the names of the fields, those of imported models as members of the import."""
    record = dict(inputs)
    for name, node in model.inputs.items():
        if name not in record and node.element.name in record:
            record[name] = record[node.element.name]
    for element in model.elements.values():
        if element.is_input and element.path:
            _add_import(record, element, elsewhere.get(element.node.model_file.definitions.namespace, {}))
    return record


def _add_import(record: dict[str, Value], element: Element, named: Mapping[str, Value]) -> None:
    name, inner = element.node.element.name, record
    if name not in named:
        return
    for link in element.path:
        if link.name:
            members = inner.get(link.name)
            inner[link.name] = inner = dict(members) if isinstance(members, Mapping) else {}
    inner.setdefault(name, named[name])


def _describe_missing(model: ModelGraph, name: str, *, is_function: bool) -> EvaluationError:
    known = [key for key, element in model.elements.items() if element.is_function is is_function]
    close = nearest_name(name, known)
    hint = f"; did you mean '{close}'?" if close else ""
    place = Source(name, LineRef(model.compiled.definitions.file))
    return EvaluationError(f"the model has nothing to evaluate by the name '{name}'{hint}", place, place.span)
