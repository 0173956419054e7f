"""From the source of a kernel to machine code, compiled once and kept on disk.

numba compiles; what is kept is the machine code by itself. A later process links it by llvmlite
alone: to import numba and to let it look around takes longer than to settle a patient.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, cast

POINTERS = (True, True, True, True, False, False, True, False, True)
"""Which arguments of `advance` are places in memory; the others are whole numbers."""

KEPT: list[Any] = []
"""What holds the linked code in memory."""


@cache
def linked(text: str) -> Callable[..., int]:
    """The function `advance` of a kernel's source, compiled now if it is not on disk yet.

    Returns:
        It takes the addresses of its arrays and its numbers, and lets other threads run meanwhile.
    """
    import llvmlite.binding as llvm

    symbol, code = _kept(place(text)) or _made(text)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    KEPT.append(engine)
    # numba's own two come first: where a result and where an error would be left; it has neither
    told = [ctypes.c_void_p if pointer else ctypes.c_int64 for pointer in POINTERS]
    kind = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *told)
    return kind(engine.get_function_address(symbol))


def place(text: str) -> Path:
    """Where the machine code of a source is kept, by all that it depends on."""
    import llvmlite
    import llvmlite.binding as llvm

    calls = Path(__file__).with_name("wide.py").read_bytes()
    machine = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    told = (llvmlite.__version__, *machine, text)  # every release of numba has its own llvmlite
    mark = hashlib.sha256(calls + "\n".join(told).encode()).hexdigest()[:16]
    return folder() / f"afterload_kernel_{mark}.o"


def _kept(path: Path) -> tuple[str, bytes] | None:
    """The name of `advance` and the machine code, if they are on disk and whole."""
    if not path.exists():
        return None
    told, _, code = path.read_bytes().partition(b"\n")
    symbol, _, mark = told.decode("ascii", "replace").partition(" ")
    return (symbol, code) if hashlib.sha256(code).hexdigest() == mark else None


def _made(text: str) -> tuple[str, bytes]:
    """The same, compiled now and put on disk; where nothing can be written it is used even so."""
    library, symbol = _built(text)
    code = bytes(library._get_compiled_object())
    with suppress(OSError):
        _write(place(text), f"{symbol} {hashlib.sha256(code).hexdigest()}\n".encode() + code)
    return symbol, code


def assembly(text: str) -> str:
    """What the processor is told, to be read."""
    return str(_built(text)[0].get_asm_str())


def _built(text: str) -> tuple[Any, str]:
    """The source compiled for this processor, with nothing around it that Python needs."""
    from numba.core import compiler, types
    from numba.core.registry import cpu_target

    numba: Any = compiler  # it has no types
    flags, pointer = numba.Flags(), cast(Any, types).CPointer(types.float64)
    names: dict[str, Any] = {}
    exec(compile(text, "<kernel>", "exec"), names)
    flags.nrt = flags.boundscheck = False
    flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
    flags.error_model = "numpy"
    flags.fastmath = {"reassoc", "contract", "arcp", "nsz"}
    told = [pointer if place else types.int64 for place in POINTERS]
    typing: Any = cpu_target.typing_context
    target: Any = cpu_target.target_context
    typing.refresh()
    target.refresh()
    found = numba.compile_extra(typing, target, names["advance"], told, types.void, flags, {})
    return found.library, str(found.fndesc.mangled_name)


def _write(path: Path, whole: bytes) -> None:
    """All of it or nothing, whoever else compiles the same."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(whole)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(path)


def folder() -> Path:
    """Where kernels are kept: AFTERLOAD_KERNELS, else the user's cache; made if it is not there."""
    told = os.environ.get("AFTERLOAD_KERNELS")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    place = Path(told) if told else Path(base) / "afterload" / "kernels"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        place = Path(tempfile.gettempdir()) / f"afterload-kernels-{os.getuid()}"
        place.mkdir(parents=True, exist_ok=True)
    return place
