"""Which episode is in which arm."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, UnknownName


@dataclass(frozen=True, slots=True)
class Groups:
    """The arms of a study and the arm of every episode.

    Args:
        names: The arms, in the order they are shown.
        reference: The arm the others are compared with; one of `names`.
        index: Shape (n,), for each episode the place of its arm in `names`, or -1 if it is in none.
            Episodes in no arm are left out everywhere, also from what is told for all arms.
        members: For each arm the places of its episodes, ascending.

    Raises:
        UnknownName: The reference is not one of the arms.
        InputError: There is no arm, an arm stands twice, or an index points at no arm.
    """

    names: tuple[str, ...]
    reference: str
    index: NDArray[np.int64]
    members: tuple[NDArray[np.int64], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.names or len(set(self.names)) != len(self.names):
            raise InputError(f"A study needs arms with different names, got: {list(self.names)}.")
        if self.reference not in self.names:
            raise UnknownName("arm", self.reference, self.names)
        if self.index.size and not -1 <= self.index.min() <= self.index.max() < len(self.names):
            raise InputError(
                f"Each episode's arm must lie between 0 and {len(self.names) - 1}, "
                "or be -1 for an episode in no arm."
            )
        members = tuple(np.flatnonzero(self.index == place) for place in range(len(self.names)))
        object.__setattr__(self, "members", members)

    @property
    def others(self) -> tuple[str, ...]:
        """The arms compared with the reference, in order."""
        return tuple(name for name in self.names if name != self.reference)

    @property
    def count(self) -> int:
        """How many arms there are."""
        return len(self.names)

    def place(self, name: str) -> int:
        """Where an arm stands among the arms."""
        return self.names.index(name)
