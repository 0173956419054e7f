"""A site's own variables: kept in the registry itself, so that it describes itself."""

from __future__ import annotations

import json
import tomllib
from math import isinf

from afterload.core.variable import Choice, Variable
from afterload.core.vocabulary import declared_variables


def declaration(variable: Variable) -> str:
    """A variable as the `[variable.NAME]` table a site's TOML file holds.

    Example:
        >>> print(declaration(Variable("bnp", "BNP", unit="ng/L", low=1, high=100000)))
        [variable.bnp]
        label = "BNP"
        kind = "num"
        table = "episode"
        unit = "ng/L"
        range = [1, 100000]
    """
    lines = [f"[variable.{variable.name}]"]
    for key in ("label", "label_fr", "kind", "table", "unit", "when", "codes"):
        if value := getattr(variable, key):
            lines.append(f"{key} = {_text(value)}")
    for key, low, high in (
        ("range", variable.low, variable.high),
        ("soft_range", variable.soft_low, variable.soft_high),
    ):
        if not (isinf(low) and isinf(high)):
            lines.append(f"{key} = [{_number(low)}, {_number(high)}]")
    if variable.choices:
        lines.append(f"choices = [{', '.join(_text(_choice(c)) for c in variable.choices)}]")
    if variable.aliases:
        lines.append(f"aliases = [{', '.join(map(_text, variable.aliases))}]")
    if variable.units:
        forms = (f"{_text(form.unit)} = {_number(form.factor)}" for form in variable.units)
        lines.append(f"units = {{ {', '.join(forms)} }}")
    if variable.identifying is not None:
        lines.append(f"identifying = {str(variable.identifying).lower()}")
    return "\n".join(lines)


def declared(text: str) -> Variable:
    """The variable a declaration stands for.

    Raises:
        InputError: The declaration is incomplete or contradicts itself.
    """
    tables = tomllib.loads(text)["variable"]
    return declared_variables(tables, "the registry")[0]


def _choice(choice: Choice) -> str:
    labels = f"{choice.name}={choice.label}"
    return f"{labels}={choice.label_fr}" if choice.label_fr else labels


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    return str(int(value)) if not isinf(value) and value == int(value) else repr(value)
