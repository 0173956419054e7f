"""`a if condition else b` without a branch, so that a compiler can run many lanes at once."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic
def select(context: Any, condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds, else `b`; both are computed."""
    del context, condition, a, b

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.select(args[0], args[1], args[2])

    return types.float64(types.boolean, types.float64, types.float64), generate
