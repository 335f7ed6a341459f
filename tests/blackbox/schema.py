"""Checks values against the part of JSON Schema that docs/openapi.json uses; any other word in a schema is an error."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    **{"object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float)},
    **{"boolean": (bool,), "null": (type(None),)},
}
KNOWN = {
    *("$ref", "type", "required", "properties", "items", "enum", "const", "oneOf", "minItems", "minimum", "maximum"),
    *("default", "description"),
}


def resolved(document: Json, node: Any) -> Any:
    """What a `$ref` stands for, or the node itself."""
    while isinstance(node, dict) and "$ref" in node:
        place: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            place = place[name]
        node = place
    return node


def problems(document: Json, schema: Any, value: Any, at: str = "$") -> list[str]:
    """What is wrong with `value`; nothing when it is valid."""
    schema = resolved(document, schema)
    if strange := schema.keys() - KNOWN:
        return [f"{at}: the check does not know {sorted(strange)}"]
    if "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not problems(document, one, value, at)]
        return [] if len(fitting) == 1 else [f"{at}: {len(fitting)} of the schemas fit"]
    found = type_problem(schema, value, at)
    if found:
        return found
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if isinstance(value, (int, float)) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{at}: {value!r} is out of range")
    if isinstance(value, list):
        found += [f"{at}: too few items"] if len(value) < schema.get("minItems", 0) else []
        for index, item in enumerate(value if "items" in schema else []):
            found += problems(document, schema["items"], item, f"{at}[{index}]")
    if isinstance(value, dict):
        found += [f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, member in schema.get("properties", {}).items():
            found += problems(document, member, value[name], f"{at}.{name}") if name in value else []
    return found


def type_problem(schema: Json, value: Any, at: str) -> list[str]:
    stated = schema.get("type")
    if stated is None:
        return []
    names = [stated] if isinstance(stated, str) else stated
    fits = any(isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names)
    return [] if fits else [f"{at}: {type(value).__name__} is not {stated}"]
