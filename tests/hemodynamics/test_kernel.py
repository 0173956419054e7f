"""The compiled circuit: side by side in wide instructions, and kept on disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import kernel as module
from afterload.hemodynamics import regazzoni as r
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.generate import source
from afterload.hemodynamics.kernel import WIDE, kernel
from afterload.hemodynamics.tile import WATCH

Array = NDArray[np.float64]


def features() -> set[str]:
    """What the processor can do, as the system tells."""
    path = Path("/proc/cpuinfo")
    flags = re.search(r"^flags\s*:(.*)$", path.read_text("utf-8") if path.exists() else "", re.M)
    return set(flags[1].split()) if flags else set()


@pytest.mark.skipif("avx2" not in features(), reason="the processor has no AVX2")
def test_the_whole_circulation_runs_in_wide_instructions() -> None:
    """Were one lane computed at a time, arithmetic in the loop would be of single numbers."""
    names: dict[str, Any] = {}
    exec(source(BODY, WATCH, WIDE).replace("cache=True", "cache=False"), names)
    doubles = "void(float64[::1], float64[::1], float64[::1], int64, int64, float64[::1], boolean)"
    names["advance"].compile(doubles)
    (assembly,) = names["advance"].inspect_asm().values()
    arithmetic = r"\n\s+v(?:add|sub|mul|fn?m(?:add|sub)\d+){}\s[^\n]*%([xyz])mm"
    wide = [width for width in re.findall(arithmetic.format("pd"), assembly) if width in "yz"]
    single = re.findall(arithmetic.format("sd"), assembly)
    assert len(wide) > 300
    assert len(single) < len(wide) / 4  # what stays for a beat is computed lane by lane, once


def beat(lanes: int, beats: int, store: bool) -> tuple[Array, Array, Array | None]:
    """Some beats of the 12-state circuit of 200 steps."""
    steps = 200
    run = kernel(r.CIRCUIT, ("p.sys_ar", "q.av"), lanes)
    start = np.repeat([[r.START[n]] for n in r.CIRCUIT.states], lanes, axis=1)
    par = np.repeat([[r.PARAMETERS[n]] for n in r.CIRCUIT.parameters], lanes, axis=1)
    active = r.activation(np.arange(2 * steps + 1) * r.PERIOD / steps / 2)
    table = np.repeat(active[:, :, None], lanes, axis=2)
    out = np.empty((beats * steps, len(start), lanes)) if store else None
    state, means = run.beat(start, par, table, np.full(lanes, r.PERIOD / steps), steps, out, beats)
    return state, means, out


def test_beats_in_one_call_are_beats_one_after_another() -> None:
    state, _, out = beat(1, 3, store=True)
    assert out is not None
    np.testing.assert_array_equal(out[-1], state)
    np.testing.assert_array_equal(out[:200], beat(1, 1, store=True)[2])
    np.testing.assert_array_equal(state, beat(1, 3, store=False)[0])


def test_a_mean_flow_is_what_moves_the_volumes() -> None:
    """What went through the valve, less what ran off, is what the arteries gained: to rounding."""
    steps = 200
    run = kernel(r.CIRCUIT, ("q.av", "q.q_sys_ar"), 1)
    start = np.array([[r.START[n]] for n in r.CIRCUIT.states])
    par = np.array([[r.PARAMETERS[n]] for n in r.CIRCUIT.parameters])
    active = r.activation(np.arange(2 * steps + 1) * r.PERIOD / steps / 2)[:, :, None]
    state, means = run.beat(start, par, active, np.array([r.PERIOD / steps]), steps)
    place = r.CIRCUIT.states.index("sys_ar")
    gained = (state - start)[place, 0]
    assert gained == pytest.approx(r.PERIOD * (means[0, 0] - means[1, 0]), abs=1e-9)


def test_kernels_are_kept_where_they_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERLOAD_KERNELS", str(tmp_path / "here"))
    assert module.folder() == tmp_path / "here"
    assert not module.is_compiled(r.CIRCUIT, (), 1)
    assert (tmp_path / "here").is_dir()


def test_work_begins_where_wide_instructions_read_fastest() -> None:
    for lanes in (1, 3, 16):
        work = module._aligned((5, lanes))
        assert work.ctypes.data % 64 == 0
        assert work.shape == (5, lanes)
        assert not work.any()
