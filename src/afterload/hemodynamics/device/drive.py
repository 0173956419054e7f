"""How a pump is driven: at a speed, at a level that stands for a speed, or to give a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from afterload.core.errors import InputError
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.device.option import Choices, Number, Option, Word


@final
@dataclass(frozen=True, slots=True)
class Drive:
    """How a pump is driven.

    Args:
        n: Speed, krpm; with a target, the speed to begin the search at.
        target: Flow it is to give, mL/s; None at a set speed.
        level: The level that was set; "" for none.
    """

    n: float
    target: float | None = None
    level: str = ""


@final
@dataclass(frozen=True, slots=True)
class Speeds:
    """The speeds a pump has.

    Args:
        slowest, fastest: Speeds that can be set, rpm.
        least, most: Flows that can be asked for, L/min.
        levels: Speed of every level, rpm; empty for a pump without levels.
        usual: What it does when nothing is told: one option and its value.
    """

    slowest: float
    fastest: float
    least: float
    most: float
    usual: tuple[str, str]
    levels: Mapping[str, float] = field(default_factory=dict)

    @property
    def bounds(self) -> tuple[float, float]:
        """Speeds between which a flow is searched, krpm; it may run slower than can be set."""
        return 0.0, self.fastest / 1000.0

    @property
    def options(self) -> tuple[Option, ...]:
        """What a user can tell of it; one at most."""
        names = f"{next(iter(self.levels))} to {list(self.levels)[-1]}" if self.levels else ""
        level = (Word("level", f"Level, {names}", tuple(self.levels)),) if self.levels else ()
        return (
            Number("flow", "L/min", self.least, self.most, "Flow it is to give"),
            *level,
            Number("rpm", "rpm", self.slowest, self.fastest, "Speed"),
        )

    def drive(self, word: str, choices: Choices) -> Drive:
        """How it is driven.

        Raises:
            InputError: Two of flow, level and speed were told, or a level it does not have.
        """
        told = [name for name in ("flow", "level", "rpm") if name in choices]
        if len(told) > 1:
            raise InputError(
                f"{word}: {' and '.join(told)} exclude each other, because each sets the speed. "
                "Give one of them."
            )
        name, value = (told[0], choices[told[0]]) if told else self.usual
        if name == "flow":
            return Drive(0.7 * self.fastest / 1000.0, float(value) * ML_PER_S)
        if name == "rpm":
            return Drive(float(value) / 1000.0)
        level = self._level(word, str(value))
        return Drive(self.levels[level] / 1000.0, level=level)

    def _level(self, word: str, text: str) -> str:
        plain = text.upper().replace("-", "").replace(" ", "")
        plain = f"P{plain}" if plain.isdigit() else plain
        if plain not in self.levels:
            raise InputError(
                f"{word} has no level {text!r}. Its levels are {', '.join(self.levels)}."
            )
        return plain
