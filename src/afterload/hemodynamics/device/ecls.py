"""Veno-arterial ECLS: femoral, subclavian or central, and the hybrid with a venous return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Band, Settings
from afterload.hemodynamics.device.cannula import ARTERIAL, VENOUS, tubing
from afterload.hemodynamics.device.curve import rotary
from afterload.hemodynamics.device.drive import Drive
from afterload.hemodynamics.device.inlet import CAVAL
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import Choices, Number, Option, YesNo
from afterload.hemodynamics.device.oxygenator import QUADROX, RATED_FLOW, RESISTANCE, lung
from afterload.hemodynamics.device.rotaflow import ROTAFLOW, SPEEDS

Site = Literal["femoral", "subclavian", "central"]

ROUTES = Source(
    "Which great veins a cannula drains",
    place="general knowledge: half cava, half atrium for a femoral cannula with its tip in the "
    "atrium, the atrium alone for a central one",
    confidence="M",
)
LEG = Source(
    "Flow left beside a femoral cannula",
    place="share (1 - (cannula / artery)²)² of the leg's conductance, artery 8 mm",
    confidence="M",
    note="A rough geometry of ours; no measurement was found.",
)
PLACEHOLDER = (
    "ECLS circuit: the pump's loss with flow, the membrane lung's resistance and the inlet's "
    "collapse are general knowledge, not seen in a source; the speed carries a band for them."
)
ARTERY = 8.0
"""Inner diameter of a femoral artery, mm; memory."""

SITES: dict[Site, tuple[str, str]] = {
    "femoral": ("ecls", "to_fem"),
    "subclavian": ("ecls-subclavian", "to_arch"),
    "central": ("ecls-central", "to_asc"),
}
"""Word and share of the return, by site."""


@final
@dataclass(frozen=True, slots=True)
class Ecls(AbstractDevice):
    """Veno-arterial ECLS: blood from the great veins, through a membrane lung, into an artery.

        ra, ivc ---[25 Fr]---( n )---[ membrane lung ]---[17 Fr]---> fem, arch or asc
                                                            |
                                       vav: the clamp's share ---[17 Fr]---> svc

    Equation:
        l dq/dt = p_in - p_out + 28 n² - b n q - (r + s) q - c q |q|
        r, c are the sums over cannulas (dp = B Q^E as r q + c q²), membrane lung and tubing.

    Parameters:
        drive     krpm or mL/s   speed, or flow it is to give
        site      -              where blood comes back
        arterial  Fr             return cannula; also of the venous return of a hybrid
        venous    Fr             drainage cannula
        split     -              share that returns into the neck vein (hybrid); 0 without
        distal_perfusion  -      whether the leg below a femoral cannula has its own line
        fdo2      -              oxygen fraction of the sweep gas
        sweep     L/min          flow of the sweep gas; left out, it is set for a PCO2 of 40 mmHg

    Valid for flows of 0.3 to 8 L/min. The clamp of a hybrid sets the split; what it dissipates
    itself is not counted, so the speed found is somewhat low. Without distal perfusion a femoral
    cannula narrows the way to its leg: a rough geometry, told as memory.
    """

    drive: Drive
    site: Site = "femoral"
    arterial: float = 17.0
    venous: float = 25.0
    split: float = 0.0
    distal_perfusion: bool = False
    fdo2: float = 1.0
    sweep: float | None = None

    @property
    def word(self) -> str:
        """`vav` with a venous return, else by site."""
        return "vav" if self.split else SITES[self.site][0]

    @property
    def slot(self) -> str:
        """The ECLS circuit."""
        return "ecls"

    def settings(self) -> Settings:
        """The circuit as numbers."""
        back = ARTERIAL.loss(self.arterial)
        returns = (back.carrying(1.0 - self.split), back.carrying(self.split))
        narrow = self._leg()
        return rotary(
            "ecls",
            self.drive,
            SPEEDS,
            ROTAFLOW,
            (VENOUS.loss(self.venous), *returns, RESISTANCE, tubing()),
            CAVAL,
            routes=self._routes(),
            routes_source=ROUTES,
            lung=lung(self.fdo2, self.sweep),
            more={
                "lung.rated_flow": (QUADROX,),
                **({"scales.legs.r": (LEG,)} if narrow != 1.0 else {}),
            },
            bands=(Band("scales.legs.r", 0.2),) if narrow != 1.0 else (),
            scales={"legs.r": narrow} if narrow != 1.0 else {},
            warnings=(PLACEHOLDER, *self._cautions()),
        )

    def _routes(self) -> dict[str, float]:
        centre = self.site == "central"
        drained = {"ra": 1.0 if centre else 0.5, "svc": 0.0, "ivc": 0.0 if centre else 0.5}
        shares = dict.fromkeys(("to_fem", "to_arch", "to_asc"), 0.0)
        shares[SITES[self.site][1]] = 1.0 - self.split
        return (
            {f"from_{name}": share for name, share in drained.items()}
            | shares
            | {"to_svc": self.split}
        )

    def _leg(self) -> float:
        """Factor on the resistance of both legs together, one of them behind the cannula."""
        if self.site != "femoral" or self.distal_perfusion:
            return 1.0
        taken = min(1.0, self.arterial / 3.0 / ARTERY)
        return 2.0 / (1.0 + (1.0 - taken**2) ** 2)

    def _cautions(self) -> tuple[str, ...]:
        found = []
        if self.drive.target and self.drive.target > RATED_FLOW * 1000.0 / 60.0:
            found.append(
                f"ECLS at more than the {RATED_FLOW:g} L/min its membrane lung is rated for: "
                "blood may leave it unsaturated."
            )
        if self._leg() > 1.0:
            found.append(
                "No distal perfusion: the way to the leg beside the femoral cannula is narrowed by "
                "a rough geometry that no measurement supports."
            )
        return tuple(found)


CIRCUIT: tuple[Option, ...] = (
    *SPEEDS.options,
    Number("arterial", "Fr", ARTERIAL.smallest, ARTERIAL.largest, "Size of the return cannula"),
    Number("venous", "Fr", VENOUS.smallest, VENOUS.largest, "Size of the drainage cannula"),
    Number("fdo2", "", 0.21, 1.0, "Oxygen fraction of the sweep gas"),
    Number("sweep", "L/min", 0.1, 15.0, "Flow of the sweep gas; set by the PCO2 if left out"),
)
DISTAL = YesNo("distal-perfusion", "A line of its own for the leg below the cannula")


def _offer(site: Site, title: str, *aliases: str) -> Offer:
    word = SITES[site][0]
    options = (*CIRCUIT, DISTAL) if site == "femoral" else CIRCUIT
    return Offer(word, title, options, lambda told: _make(word, told, site), aliases)


def _make(word: str, told: Choices, site: Site, split: float = 0.0) -> Ecls:
    own = {name: told[name] for name in ("arterial", "venous", "fdo2", "sweep") if name in told}
    return Ecls(
        SPEEDS.drive(word, told),
        site,
        split=split,
        distal_perfusion=bool(told.get("distal-perfusion", False)),
        **own,
    )


OFFERS = (
    _offer("femoral", "VA-ECLS, femoral artery", "va-ecmo", "ecmo", "ecls-femoral"),
    _offer("subclavian", "VA-ECLS, subclavian or axillary artery", "ecls-axillary"),
    _offer("central", "VA-ECLS, ascending aorta", "ecmo-central"),
    Offer(
        "vav",
        "Veno-arterio-venous ECLS: femoral artery and jugular vein",
        (
            *CIRCUIT,
            DISTAL,
            Number("split", "", 0.05, 0.95, "Share of the flow that returns into the neck vein"),
        ),
        lambda told: _make("vav", told, "femoral", float(told.get("split", 0.5))),
        ("ecls-vav", "vav-ecmo"),
    ),
)
