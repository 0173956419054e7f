"""The compiled circuit: side by side in wide instructions, and kept on disk."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import compiled
from afterload.hemodynamics import kernel as module
from afterload.hemodynamics import regazzoni as r
from afterload.hemodynamics.activation import table
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.generate import source
from afterload.hemodynamics.kernel import WIDE, kernel
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import begin
from afterload.hemodynamics.tile import WATCH, rhythm_of, rows
from afterload.hemodynamics.trace import ARRAYS

Array = NDArray[np.float64]


def features() -> set[str]:
    """What the processor can do, as the system tells."""
    path = Path("/proc/cpuinfo")
    flags = re.search(r"^flags\s*:(.*)$", path.read_text("utf-8") if path.exists() else "", re.M)
    return set(flags[1].split()) if flags else set()


@pytest.mark.skipif("avx2" not in features(), reason="the processor has no AVX2")
def test_the_whole_circulation_runs_in_wide_instructions() -> None:
    """Were one lane computed at a time, arithmetic in the loop would be of single numbers."""
    assembly = compiled.assembly(source(BODY, WATCH, WIDE))
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


PUMPED = ("ecls:rpm=3500", "impella-cp:level=P6", "iabp", "septostomy")
LEAKS = {f"{valve}_leak.k": 3.0 for valve in ("mitral", "aortic", "tricuspid", "pulmonic")}


def patient(devices: tuple[str, ...] = (), **changes: float) -> dict[str, float]:
    """The normal adult with devices, and changes ("__" for "." in a name)."""
    told = parameters_together([parse_device(words) for words in devices])
    return {
        **NORMAL, **CONTROLLED, **told, **{k.replace("__", "."): v for k, v in changes.items()}
    }  # fmt: skip


def around(patients: list[dict[str, float]], beats: int = 1, step: float = 0.001) -> Beaten:
    """Some beats of the whole circulation at 80 a minute."""
    told = {name: np.array([one[name] for one in patients]) for name in patients[0]}
    return whole(told, begin(told), beats, step)


class Beaten(NamedTuple):
    """Where beats began and ended, shape (states, lanes), the states of all steps, and means."""

    begun: Array
    ended: Array
    out: Array
    means: dict[str, Array]


def whole(told: dict[str, Array], begun: Array, beats: int, step: float) -> Beaten:
    """Some beats in one call."""
    steps, lanes = round(0.75 / step), begun.shape[1]
    out = np.empty((beats * steps, len(begun), lanes))
    ended, means = kernel(BODY, WATCH, lanes).beat(
        begun, rows(told, BODY.parameters), table(rhythm_of(told), steps),
        np.full(lanes, 0.75 / steps), steps, out, beats,
    )  # fmt: skip
    return Beaten(begun, ended, out, dict(zip(WATCH, means, strict=True)))


def test_the_whole_circulation_follows_the_laws_as_numpy_computes_them() -> None:
    """Three steps with every kind of device and every leak, against Runge-Kutta by the laws."""
    one = patient(PUMPED) | LEAKS
    told = {name: np.array([v]) for name, v in one.items()}
    found = around([one], step=0.001)
    active = table(rhythm_of(told), 750)
    h, y = 0.001, found.begun

    def rate(state: Array, at: int) -> Array:
        s = dict(zip(BODY.states, state, strict=True))
        a = dict(zip(BODY.activations, active[at], strict=True))
        values = BODY.rates(ARRAYS, s, told, a).states
        return np.array([np.broadcast_to(values[name], 1) for name in BODY.states])

    for k in range(3):
        k1 = rate(y, 2 * k)
        k2 = rate(y + h / 2 * k1, 2 * k + 1)
        k3 = rate(y + h / 2 * k2, 2 * k + 1)
        k4 = rate(y + h * k3, 2 * k + 2)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        np.testing.assert_allclose(found.out[k], y, rtol=1e-9, atol=1e-8)


def test_sixteen_side_by_side_are_each_as_alone() -> None:
    """Some with devices, some with leaks: what one has, the others do not feel."""
    kinds = [patient(), patient(PUMPED), patient() | LEAKS, patient(lv__ees=0.7)]
    many = around([kinds[k % 4] for k in range(16)])
    for k, kind in enumerate(kinds):
        one = around([kind])
        np.testing.assert_allclose(many.ended[:, k], one.ended[:, 0], rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(many.out[:, :, k], many.out[:, :, k + 12])
        for name in WATCH:
            assert many.means[name][k] == pytest.approx(one.means[name][0], abs=1e-8), name


def test_a_way_that_nobody_has_is_as_one_that_is_shut() -> None:
    """A flow of 1e-9 mL/s in every pump that is off: too much to be passed by, and no more."""
    told = {name: np.array([v]) for name, v in patient().items()}
    begun = begin(told)
    still = whole(told, begun, 1, 0.001)
    flows = [BODY.states.index(edge.name) for edge in BODY.edges if edge.switch and edge.inertial]
    assert len(flows) == 6
    begun[flows] = 1e-9
    np.testing.assert_allclose(whole(told, begun, 1, 0.001).out, still.out, rtol=0, atol=2e-9)
    assert not still.out[:, flows].any()


def test_the_flow_of_a_pump_that_is_switched_off_ends() -> None:
    """Within milliseconds, and the blood that still runs arrives."""
    told = {name: np.array([v]) for name, v in patient().items()}
    begun = begin(told)
    begun[BODY.states.index("ecls")] = 60.0
    found = whole(told, begun, 1, 0.001)
    flow = found.out[:, BODY.states.index("ecls"), 0]
    assert 20.0 < flow[0] < 60.0
    assert abs(flow[20]) < 1e-3
    assert found.means["q.ecls"][0] == pytest.approx(60.0 * 0.0015 / 0.75, rel=0.05)
    total = found.out[:, : len(BODY.volumes)].sum(axis=1)
    assert np.ptp(total) < 1e-9


def test_no_step_makes_or_loses_blood() -> None:
    found = around([patient(PUMPED) | LEAKS], beats=4)
    total = found.out[:, : len(BODY.volumes)].sum(axis=1)
    assert np.ptp(total) < 1e-9


def test_beats_of_the_whole_circulation_in_one_call_are_beats_one_after_another() -> None:
    told = {name: np.full(16, v) for name, v in patient(PUMPED).items()}
    begun = begin(told)
    three = whole(told, begun, 3, 0.001)
    flows = []
    for _ in range(3):
        one = whole(told, begun, 1, 0.001)
        begun = one.ended
        flows.append(one.means["q.coronary_l"])
    np.testing.assert_array_equal(begun, three.ended)
    np.testing.assert_allclose(np.mean(flows, axis=0), three.means["q.coronary_l"], rtol=1e-12)


def test_kernels_are_kept_where_they_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERLOAD_KERNELS", str(tmp_path / "here"))
    assert compiled.folder() == tmp_path / "here"
    assert not module.is_compiled(r.CIRCUIT, (), 1)
    assert (tmp_path / "here").is_dir()


def test_a_kernel_that_is_not_whole_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a file, as a full disk might leave it, must not run."""
    monkeypatch.setenv("AFTERLOAD_KERNELS", str(tmp_path))
    text = source(r.CIRCUIT, (), 1)
    assert not module.is_compiled(r.CIRCUIT, (), 1)
    compiled.linked.__wrapped__(text)
    assert module.is_compiled(r.CIRCUIT, (), 1)
    whole = compiled.place(text).read_bytes()
    compiled.place(text).write_bytes(whole[:-100])
    compiled.linked.__wrapped__(text)
    assert len(compiled.place(text).read_bytes()) > len(whole) - 100


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setenv("AFTERLOAD_KERNELS", str(tmp_path))
    monkeypatch.setattr(compiled, "_write", full)
    assert callable(compiled.linked.__wrapped__(source(r.CIRCUIT, (), 1)))
    assert not list(tmp_path.iterdir())


def test_a_kernel_works_on_its_own_shapes_alone() -> None:
    """The compiled function trusts what it is told."""
    run = kernel(r.CIRCUIT, (), 1)
    states, par = np.zeros((len(r.CIRCUIT.states), 1)), np.zeros((len(r.CIRCUIT.parameters), 1))
    active = np.zeros((3, len(r.CIRCUIT.activations), 1))
    with pytest.raises(ValueError, match="shapes"):
        run.beat(states, par, active, np.zeros(1), 2)
    with pytest.raises(ValueError, match="shape"):
        run.beat(states, par, active, np.zeros(1), 1, np.zeros((2, *states.shape)))
    with pytest.raises(ValueError, match="one piece"):
        run.beat(states, par, active, np.zeros(1), 1, np.zeros((1, *states.shape))[:, ::-1])


def test_a_process_that_only_runs_a_kernel_does_without_the_compiler(tmp_path: Path) -> None:
    """Importing numba takes longer than settling a patient."""
    code = (
        "import sys\n"
        "from afterload import simulate\n"
        "simulate('ami-lv-shock')\n"
        "print('numba' in sys.modules, 'scipy' in sys.modules)\n"
    )
    kernel(BODY, WATCH, 1)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


def test_work_begins_where_wide_instructions_read_fastest() -> None:
    for count in (1, 15, 80):
        work = module._aligned(count)
        assert work.ctypes.data % 64 == 0
        assert work.shape == (count,)
        assert not work.any()
