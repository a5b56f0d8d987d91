"""The activation table that C++, CUDA and TypeScript are generated from, as data."""

import difflib
import json
import math

from . import files

_TABLE = json.loads(files.TABLE.read_text(encoding="utf-8"))
ROWS = {row["name"]: row for family in ("pointwise", "gated", "perChannel", "rowwise") for row in _TABLE[family]}
_ALIASES = {alias: name for name, row in ROWS.items() for alias in row["aliases"]}


def find(name, families):
    """The row of a name or alias. ValueError where there is none in these families."""
    row = ROWS.get(_ALIASES.get(name, name)) if isinstance(name, str) else None
    if row is not None and row["family"] in families:
        return row
    known = [each for each, candidate in ROWS.items() if candidate["family"] in families]
    near = difflib.get_close_matches(name, known, 1) if isinstance(name, str) else []
    hint = f'did you mean "{near[0]}"? ' if near else ""
    raise ValueError(f"activation must be the name of a {' or '.join(families)} activation, got {name!r}; {hint}known: {', '.join(known)}")


def settle(row, given):
    """Values of the parameters in the table's order. TypeError for an unknown one, ValueError outside its range."""
    names = [parameter["name"] for parameter in row["parameters"]]
    for name in given:
        if name not in names:
            raise TypeError(f"{row['name']}: unknown parameter {name!r}; " + (f"known: {', '.join(names)}" if names else "it has none"))
    return [_settle(row["name"], parameter, given.get(parameter["name"])) for parameter in row["parameters"]]


def _settle(function, parameter, value):
    if value is None:
        return float(parameter["default"])
    low = -math.inf if parameter["min"] is None else parameter["min"]
    high = math.inf if parameter["max"] is None else parameter["max"]
    if isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high:
        return float(value)
    raise ValueError(f"{function}: {parameter['name']} must be a number in [{low}, {high}], got {value!r}")
