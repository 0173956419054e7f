"""What drugs do to simulated patients, beside what studies measured (docs/explanation/drugs.md).

    python validation/hemodynamics/drugs.py

A patient is fitted to each study's means at the begin, given the dose, and followed until it acts.
"""

from __future__ import annotations

from dataclasses import dataclass

from afterload.actions.simulate_course import course
from afterload.actions.simulate_patient import find_patient

INDICES = ("hr", "map", "sbp", "cvp", "pcwp", "lvedp", "total_flow", "ef")


@dataclass(frozen=True)
class Study:
    """A study: its patients' means at the begin, what was given, and what was measured."""

    name: str
    begin: dict[str, float]
    event: str
    seconds: float
    measured: str


STUDIES = (
    Study(
        "Dobutamine 5, nine patients with heart failure (abstract); rate and pressures as usual",
        {"hr": 85, "map": 90, "cvp": 8, "pcwp": 19, "co": 3.5, "lvef": 29},
        "10 dobutamine=5", 900,
        "output +33 %, EF 29 to 39 %, LVEDP 21 to 14, systolic +14 %, SVR 1858 to 1439",
    ),
    Study(
        "Dobutamine 10, Akhtar 1975, Am J Cardiol 36:202",
        {"hr": 98.5, "map": 93.3, "pcwp": 27.4, "co": 3.1},
        "10 dobutamine=10", 900,
        "output 3.1 to 5.6, mean pressure 93 to 98, rate 98.5 to 105.2, wedge 27 to 21",
    ),
    Study(
        "Milrinone 50 µg/kg and 0.5, Can J Cardiol 1991, 7:5; all but EF as usual",
        {"hr": 90, "map": 80, "cvp": 12, "pcwp": 23, "co": 3.6, "lvef": 18},
        "10 milrinone=0.5", 1200,
        "index +38 %, wedge -28 %, rate and mean pressure without clinically significant change",
    ),
    Study(
        "Milrinone, highest dose, Jaski 1985, J Clin Invest 75:643",
        {"hr": 92, "map": 82, "cvp": 15, "pcwp": 25, "co": 3.3},
        "10 milrinone=0.75", 1200,
        "index +61 %, mean pressure 82 to 71, right atrial 15 to 7, LVEDP 26 to 18, rate 92 to 99",
    ),
)  # fmt: skip


def main() -> None:
    """Print every study."""
    for study in STUDIES:
        found = course(find_patient(study.begin), [study.event], duration=study.seconds)
        first, last = found.found.scenarios[0].indices, found.found.scenarios[-1].indices
        print(f"{study.name}\n  measured   {study.measured}\n  simulated  ", end="")
        print(", ".join(f"{n} {first[n][0]:.1f} to {last[n][0]:.1f}" for n in INDICES))
        svr = [80 * (one["map"][0] - one["cvp"][0]) / one["total_flow"][0] for one in (first, last)]
        print(f"             SVR {svr[0]:.0f} to {svr[1]:.0f}", end=", ")
        print(f"output {100 * (last['total_flow'][0] / first['total_flow'][0] - 1):+.0f} %\n")


if __name__ == "__main__":
    main()
