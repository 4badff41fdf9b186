"""The arguments of a direct call of a decision, service or function, read like the fields of a record."""

from __future__ import annotations

from collections.abc import Mapping

from dmn_engine.api.errors import RecordError
from dmn_engine.compile.graph import Graph
from dmn_engine.compile.nodes import list_parameters
from dmn_engine.compile.record_inputs import InputSchema, complete
from dmn_engine.diagnostics import Diagnostics, LineRef, Source, nearest_name
from dmn_engine.model.cell_text import fold_label
from dmn_engine.model.data_dictionary import Value
from dmn_engine.records import RecordSchema, type_record

_FILE = "arguments"


def read_schema(graph: Graph, name: str) -> RecordSchema:
    """The schema of the arguments of a service or function."""
    return InputSchema(dict(list_parameters(graph.functions[name])), _FILE)


def read_arguments(
    graph: Graph, schema: RecordSchema, name: str, arguments: Mapping[str, object], missing: dict[str, Value]
) -> dict[str, Value]:
    """The arguments by the names that a decision reads, or by the parameters of a function.

    The places of components that are missing, and so null, are added to `missing`. Raises: RecordError.
    """
    function = graph.functions.get(name)
    fields = schema.dictionary.fields
    if function is None:
        reads = graph.list_reads(name)
        types = {read: graph.outcome_item(read) for read in reads if graph.is_decision(read)}
    else:
        types = dict(list_parameters(function))
        reads = tuple(types)
    titles = {read: fields[read].title if read in fields and read not in types else read for read in reads}
    known = {fold_label(label): read for read, title in titles.items() for label in (title, read)}
    found = Diagnostics()
    as_fields: dict[str, object] = {}
    typed: dict[str, object] = {}
    for label, value in arguments.items():
        read = known.get(fold_label(label))
        if read is None:
            near = nearest_name(label, titles.values())
            hint = f"did you mean `{near}`?" if near else f"it reads: {', '.join(titles.values())}"
            place = Source(label, LineRef(_FILE, 0, f"/{label}"))
            found.error("unknown-field", f"`{name}` has no input `{label}`", place, help=hint)
        else:
            (typed if read in types else as_fields)[read] = value
    parts = (type_record(as_fields, schema), type_record(typed, InputSchema(types, _FILE)))
    found.items += [item for part in parts for item in part.diagnostics]
    if found.has_errors:
        raise RecordError("the arguments cannot be used", found.sorted())
    read_types = {
        **{read: fields[read].type for read in reads if read in fields},
        **{key: types[key].type for key in types},
    }
    return {key: complete(value, read_types[key], key, missing) for part in parts for key, value in part.values.items()}
