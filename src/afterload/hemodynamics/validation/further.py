"""Rows read after the model was built, most of them looked at while it was last changed.

They are a group of their own, shown and counted apart: see docs/decisions/0010-need-and-tone.md.
"""

from __future__ import annotations

import math
from dataclasses import replace

from afterload.hemodynamics.validation.measured import (
    mean_alone,
    mean_sd,
    mean_sem,
    median_iqr,
)
from afterload.hemodynamics.validation.row import Row

SHOCK, DCM, HEALTHY, EMBOLISED = "ami-lv-shock", "dcm", "normal", "pig-embolised"
AFTER_SURGERY, RIGHT = "postcardiotomy", "rv-shock"


def unseen(sd: float, n: int) -> float:
    """The largest change of a mean that n subjects would not have shown as significant.

    1.96 SD √(2 / n): two means of n subjects each, at 5 %. Of pairs, which these studies measured,
    it is less, but the spread of changes is published by none of them.
    """
    return 1.96 * sd * math.sqrt(2.0 / n)


SCHEIDT_MAP = (2 * 12.0 + 22.0) / 3.0
"""mmHg; the SD of mean pressure if systolic (SD 22) and diastolic (SD 12) rise and fall as one."""

BALLOON = (
    Row("scheidt", SHOCK, "total_flow", "iabp", told="change", measured=mean_alone(0.5), sign="up"),
    Row("scheidt", SHOCK, "map", "iabp", sign="same", tolerance=unseen(SCHEIDT_MAP, 87)),
    Row("scheidt", SHOCK, "lv_peak", "iabp", measured=mean_sd(57.0, 17.0, 87), sign="down"),
    Row("scheidt", SHOCK, "sbp", "iabp", measured=mean_sd(83.0, 19.0, 87)),
    Row("scheidt", SHOCK, "hr", "iabp", measured=mean_sd(103.0, 21.0, 87), sign="down"),
    Row("schreuder", DCM, "stroke_volume", "iabp", told="percent change",
        measured=mean_alone(14.0), sign="up"),
    Row("schreuder", DCM, "esv", "iabp", told="percent change", measured=mean_alone(-6.1),
        sign="down"),
    Row("schreuder", DCM, "esp", "iabp", told="percent change", measured=mean_alone(-17.5),
        sign="down"),
    Row("schreuder", DCM, "stroke_volume", "iabp:deflate=50", told="percent change",
        measured=mean_alone(18.0), sign="up"),
    Row("schreuder", DCM, "stroke_work", "iabp:deflate=50", told="percent change",
        measured=mean_alone(16.0), sign="up"),
    Row("kawaguchi", SHOCK, "pva", "iabp", told="percent change", measured=mean_alone(-7.1),
        sign="down"),
    Row("kawaguchi", SHOCK, "stroke_volume", "iabp", told="percent change",
        measured=mean_alone(14.3), sign="up"),
    Row("kawaguchi", SHOCK, "esp", "iabp", told="percent change", measured=mean_alone(-7.2),
        sign="down"),
    Row("kawaguchi", SHOCK, "edv", "iabp", told="percent change", measured=mean_alone(-1.4),
        sign="down"),
    Row("kawaguchi", SHOCK, "lvedp", "iabp", told="change", measured=mean_alone(-1.1),
        sign="down"),
    Row("kawaguchi", SHOCK, "lv_ees", "iabp", sign="same", tolerance=0.12),
    Row("kawaguchi", HEALTHY, "total_flow", "iabp", sign="same", tolerance=0.77),
    Row("nakajima", SHOCK, "coronary_flow", "iabp", sign="same", tolerance=37.8),
)  # fmt: skip
"""Tolerances of Kawaguchi and Nakajima are the shares that the studies' notes tell, of what these
patients show without a device."""

IMPELLA = (
    Row("remmelink", DCM, "coronary_flow", "impella-2.5", sign="same", tolerance=38.2),
    Row("remmelink", DCM, "map", "impella-2.5", sign="up"),
    Row("recover1", AFTER_SURGERY, "cardiac_index", "impella-5.0", measured=mean_alone(2.7),
        sign="up"),
    Row("recover1", AFTER_SURGERY, "map", "impella-5.0", measured=mean_alone(83.1), sign="up"),
    Row("recover1", AFTER_SURGERY, "pa_dia", "impella-5.0", measured=mean_alone(19.8),
        sign="down"),
    Row("recover1", AFTER_SURGERY, "device_flow", "impella-5.0", measured=mean_sd(4.0, 0.6, 16),
        why="The pump runs at full speed, P-9; the study tells the mean of 3.7 days of support."),
    Row("stic", SHOCK, "native_power_index", "impella-5.0+iabp", "iabp",
        measured=mean_sd(0.10, 0.20, 6), sign="down"),
    Row("stic", SHOCK, "power_index", "impella-5.0+iabp", "iabp", told="change",
        measured=mean_sd(-0.02, 0.25, 6)),
    Row("josiassen", EMBOLISED, "rv_stroke_work", "",
        measured=median_iqr(333.0, 263.0, 530.0, 18)),
    Row("josiassen", EMBOLISED, "rv_stroke_work", "impella-cp",
        measured=median_iqr(830.0, 717.0, 1121.0, 18), sign="up",
        why="It rises by half instead of 2.5 times: output rises by a third, and the pressure in "
        "the pulmonary artery does not rise with it. Neither is in what was read of these pigs."),
    Row("josiassen", EMBOLISED, "stroke_work", "impella-cp",
        measured=median_iqr(858.0, 555.0, 1392.0, 18)),
    Row("impella-rp", RIGHT, "cardiac_index", "impella-rp", measured=mean_sem(3.1, 0.2, 60),
        sign="up"),
    Row("impella-rp", RIGHT, "cvp", "impella-rp", measured=mean_sem(13.0, 1.0, 60), sign="down"),
)  # fmt: skip

TH = "tandemheart:flow=3.5"

TANDEMHEART = (
    Row("bruckner", DCM, "cardiac_index", TH, measured=mean_sd(3.5, 0.8, 5), sign="up",
        why="The native heart gives way as the pump takes over: 4.3 L/min in all. What their pump "
        "gave is not in what was read; hearts that recover are not simulated."),
    Row("bruckner", DCM, "map", TH, measured=mean_sd(91.0, 4.3, 5), sign="up",
        why="It rises by 9 mmHg, less than half as much as in them, because output rises by less."),
    Row("bruckner", DCM, "svo2", TH, measured=mean_sd(71.4, 7.5, 5), sign="up"),
    Row("bruckner", DCM, "cvp", TH, measured=mean_sd(12.8, 5.9, 5), sign="down"),
    Row("feasibility", SHOCK, "cardiac_index", TH, measured=mean_sd(2.53, 0.65, 13), sign="up"),
    Row("feasibility", SHOCK, "map", TH, measured=mean_sd(81.7, 14.6, 13), sign="up"),
    Row("feasibility", SHOCK, "pcwp", TH, measured=mean_sd(16.5, 4.8, 13), sign="down"),
    Row("feasibility", SHOCK, "cvp", TH, measured=mean_sd(12.6, 3.6, 13), sign="same",
        tolerance=unseen(3.7, 13)),
    Row("thiele2017", SHOCK, "map", TH, "iabp", "change", mean_alone(11.85), "up"),
)  # fmt: skip

SLOW, FAST = "heartmate-2:rpm=8000", "heartmate-2:rpm=11200"

RAMP = (
    Row("uriel", DCM, "pcwp", FAST, SLOW, "change", mean_sd(-9.9, 6.5, 35), "down"),
    Row("uriel", DCM, "total_flow", FAST, SLOW, "change", mean_sd(1.28, 1.41, 35), "up"),
    Row("uriel", DCM, "sbp", FAST, SLOW, sign="same", tolerance=unseen(22.0, 35),
        why="It rises by 15 mmHg with 2.4 L/min more: the reflex of the preset, which is in shock, "
        "is half as strong as a whole one and gives back only part of the tone."),
    Row("uriel", DCM, "cvp", FAST, SLOW, sign="same", tolerance=unseen(3.7, 35)),
)  # fmt: skip

HALF, FULL = "ecls:flow=2", "ecls:flow=4"
OPENED, BOTH = f"{FULL}+septostomy:diameter=20", f"{FULL}+septostomy:diameter=12"

ECMO = (
    Row("ng", SHOCK, "map", HALF, measured=mean_sd(66.0, 19.0, 54)),
    Row("ng", SHOCK, "map", FULL, HALF, measured=mean_sd(75.0, 18.0, 54), sign="up"),
    Row("ng", SHOCK, "stroke_volume", HALF, measured=median_iqr(23.0, 12.0, 34.0, 54)),
    Row("ng", SHOCK, "stroke_volume", FULL, HALF, measured=median_iqr(15.0, 8.0, 26.0, 54),
        sign="down"),
    Row("ng", SHOCK, "native_index", HALF, measured=median_iqr(1.2, 0.7, 1.7, 54)),
    Row("ng", SHOCK, "native_index", FULL, HALF, measured=median_iqr(0.8, 0.5, 1.3, 54),
        sign="down"),
    Row("ng", SHOCK, "ef", HALF, measured=median_iqr(24.4, 15.8, 35.5, 54)),
    Row("ng", SHOCK, "ef", FULL, HALF, measured=median_iqr(16.7, 10.0, 28.5, 54), sign="down"),
    Row("baruteau", SHOCK, "pcwp", FULL, measured=mean_sd(24.2, 6.9, 64),
        why="The preset has 26 mmHg before ECMO, which adds 8. What these patients, half of them "
        "children, had before ECMO is not in what was read."),
    Row("baruteau", SHOCK, "pcwp", OPENED, FULL, measured=mean_sd(7.8, 2.6, 64), sign="down",
        why="It falls by 21 mmHg to that of the right atrium, as in them, but this fills to "
        "12 mmHg: the volume of blood is fixed, and nothing is excreted."),
    Row("baruteau", SHOCK, "atrial_gradient", FULL, measured=mean_sd(17.2, 7.1, 64),
        why="The left atrium begins at too high a pressure; see the row of the wedge pressure."),
    Row("baruteau", SHOCK, "atrial_gradient", OPENED, FULL, measured=mean_sd(0.09, 0.5, 64),
        sign="down",
        why="A hole of 20 mm takes 0.9 mmHg to carry all that comes back from the lungs; how large "
        "their holes became is not in what was read."),
    Row("fadel", SHOCK, "cvp", BOTH, told="change", measured=mean_alone(-5.0), sign="down"),
    Row("fadel", SHOCK, "pap_mean", BOTH, told="change", measured=mean_alone(-9.0), sign="down"),
    Row("fadel", SHOCK, "pcwp", BOTH, told="change", measured=mean_alone(-10.0), sign="down"),
    Row("fadel", SHOCK, "lvedp", BOTH, told="change", measured=mean_alone(-14.0), sign="down"),
)  # fmt: skip

FURTHER: tuple[Row, ...] = tuple(
    replace(row, group="further")
    for rows in (BALLOON, IMPELLA, TANDEMHEART, RAMP, ECMO)
    for row in rows
)
"""Every row of the group "further", in the order shown."""
