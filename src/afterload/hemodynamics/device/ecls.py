"""Veno-arterial ECLS: femoral, subclavian or central, and the hybrid with a venous return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.hemodynamics.device import centrimag, rotaflow
from afterload.hemodynamics.device.base import AbstractDevice, Band, Settings
from afterload.hemodynamics.device.cannula import ARTERIAL, VENOUS, tubing
from afterload.hemodynamics.device.curve import Curve, Loss, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.inlet import CAVAL
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import Choices, Number, OneOf, Option, YesNo
from afterload.hemodynamics.device.oxygenator import QUADROX, RATED_FLOW, RESISTANCE, lung

PUMPS: dict[str, tuple[Curve, Speeds]] = {
    "rotaflow": (rotaflow.ROTAFLOW, rotaflow.SPEEDS),
    "centrimag": (centrimag.CENTRIMAG, centrimag.SPEEDS),
}
"""Curve and speeds of every pump that a circuit can have."""

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
CLAMP = Source(
    "Clamp of the hybrid's split",
    place="an orifice that takes up what the lower one of the returns has in hand: 60 mmHg between "
    "artery and vein, and the cannulas' drops",
    confidence="M",
    note="Sized for the flow asked, or for 4 L/min at a set speed; no clamp was measured.",
)
APART = 60.0
"""Pressure between the artery and the vein that blood comes back to, mmHg."""

USUAL = 4000.0 / 60.0
"""Flow for which the clamp is sized where a speed is set, mL/s."""

DRAINED = 0.6
"""Relative sd of what comes from the atrium, and of what comes from the cava: of the blood drained,
20 to 80 % come from the cava (90 % of draws). Pressures hardly feel it (0.2 mmHg), but the
saturation in the pulmonary artery and the recirculation of a hybrid do (5, 10 points); memory."""

RATED = "acts only above it, where a warning stands"
SITE = "by construction: where it drains, gives blood back, and in which shares"

PLACEHOLDER = (
    "ECLS circuit: the membrane lung's resistance and the inlet's collapse are general knowledge, "
    "not seen in a source, and the pump's loss rests on one or two measured points; the speed "
    "carries a band for them."
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

        ra, ivc ---[25 Fr]---( n )---[ membrane lung ]---+---[17 Fr]---> fem, arch or asc
                                                         |
                                             vav:        +---[clamp]---[17 Fr]---> svc

    Equation:
        l dq/dt = p_in - p_out + a n² - (r + s) q - c q |q|
        r, c are the sums over cannulas (dp = B Q^E as r q + c q²), membrane lung, tubing, clamp
        and the pump's own loss; of several returns, p_out is the mean weighted by their shares.

    Parameters:
        drive     krpm or mL/s   speed, or flow it is to give
        site      -              where blood comes back
        arterial  Fr             return cannula; also of the venous return of a hybrid
        venous    Fr             drainage cannula
        split     -              share that returns into the neck vein (hybrid); 0 without
        pump      -              rotaflow or centrimag: a mmHg/krpm², and its loss in c
        distal_perfusion  -      whether the leg below a femoral cannula has its own line
        fdo2      -              oxygen fraction of the sweep gas
        sweep     L/min          flow of the sweep gas; left out, it is set for a PCO2 of 40 mmHg
        r  mmHg s/mL; c  mmHg s²/mL²; l  mmHg s²/mL    losses and inertance of the circuit
        s = suction max(0, p_low - p_in)               collapse; suction s/mL, p_low mmHg
        from_, to_  -                                  shares of what is drained and filled

    Sources:
        pump: rotaflow.SHUT_OFF (C2), rotaflow.BLOOD_LOOP (C1), or centrimag.MARYLAND (C1),
        centrimag.LOOP (C1), centrimag.BELOW (C1)
        cannulas: cannula.MODELICA (C2), cannula.SIMILARITY (C1), cannula.SPREAD (C1),
        cannula.SHAPE (M); tubing: cannula.TUBE (M); membrane lung: oxygenator.QUADROX (M)
        routes: ecls.ROUTES (M); leg: ecls.LEG (M); clamp: ecls.CLAMP (M)
        collapse: inlet.SIMAAN (M)

    Valid for flows of 0.3 to 8 L/min. The clamp of a hybrid keeps the split at all flows, and takes
    up the pressure that the lower one of both returns has in hand, as an orifice sized for 60 mmHg
    between artery and vein and the flow asked. Without distal perfusion a femoral cannula narrows
    the way to its leg: a rough geometry, told as memory.
    """

    drive: Drive
    site: Site = "femoral"
    arterial: float = 17.0
    venous: float = 25.0
    split: float = 0.0
    distal_perfusion: bool = False
    fdo2: float = 1.0
    sweep: float | None = None
    pump: str = "rotaflow"

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
        narrow = self._leg()
        curve, speeds = PUMPS[self.pump]
        return rotary(
            "ecls",
            self.drive,
            speeds,
            curve,
            (VENOUS.loss(self.venous), *self._returns(), RESISTANCE, tubing()),
            CAVAL,
            routes=self._routes(),
            routes_source=ROUTES,
            lung=lung(self.fdo2, self.sweep),
            more={
                "lung.rated_flow": (QUADROX,),
                **({"scales.legs.r": (LEG,)} if narrow != 1.0 else {}),
            },
            bands=(*self._drained(), *((Band("scales.legs.r", 0.2),) if narrow != 1.0 else ())),
            scales={"legs.r": narrow} if narrow != 1.0 else {},
            reasons={
                name: SITE
                for name, share in self._routes().items()
                if not (name.startswith("from_") and 0.0 < share < 1.0)
            },
            more_reasons={"lung.rated_flow": RATED},
            warnings=(PLACEHOLDER, *self._cautions()),
            against=APART * (1.0 - self.split),
        )

    def _returns(self) -> tuple[Loss, ...]:
        """Return cannulas and the clamp on one of them, each carrying its share."""
        back = ARTERIAL.loss(self.arterial)
        if not self.split:
            return (back,)
        to_artery, to_vein = 1.0 - self.split, self.split
        flow = self.drive.target or USUAL
        over = APART + back.drop(to_artery * flow) - back.drop(to_vein * flow)
        clamped = to_vein if over > 0 else to_artery
        clamp = Loss(0.0, abs(over) / (clamped * flow) ** 2, 0.0, 0.3, (CLAMP,))
        return back.carrying(to_artery), back.carrying(to_vein), clamp.carrying(clamped)

    def _drained(self) -> tuple[Band, ...]:
        """Bands on how much comes from where, if it comes from more than one place."""
        return tuple(
            Band(f"ecls.{name}", DRAINED)
            for name, share in self._routes().items()
            if name.startswith("from_") and 0.0 < share < 1.0
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


FLOW, _ = rotaflow.SPEEDS.options
FASTEST = max(speeds.fastest for _, speeds in PUMPS.values())
CIRCUIT: tuple[Option, ...] = (
    FLOW,
    Number("rpm", "rpm", rotaflow.SPEEDS.slowest, FASTEST, "Speed"),
    OneOf("pump", "Its pump", tuple(PUMPS)),
    Number("arterial", "Fr", ARTERIAL.smallest, ARTERIAL.largest, "Size of the return cannula"),
    Number("venous", "Fr", VENOUS.smallest, VENOUS.largest, "Size of the drainage cannula"),
    Number("fdo2", "", 0.21, 1.0, "Oxygen fraction of the sweep gas"),
    Number("sweep", "L/min", 0.0, 15.0, "Flow of the sweep gas; set by the PCO2 if left out"),
)
DISTAL = YesNo("distal-perfusion", "A line of its own for the leg below the cannula")


def _offer(site: Site, title: str, *aliases: str) -> Offer:
    word = SITES[site][0]
    options = (*CIRCUIT, DISTAL) if site == "femoral" else CIRCUIT
    return Offer(word, title, options, lambda told: _make(word, told, site), aliases)


def _make(word: str, told: Choices, site: Site, split: float = 0.0) -> Ecls:
    names = ("arterial", "venous", "fdo2", "sweep", "pump")
    own = {name: told[name] for name in names if name in told}
    pump = own.get("pump", "rotaflow")
    speeds = PUMPS[pump][1]
    if told.get("rpm", 0.0) > speeds.fastest:
        raise InputError(
            f"{word}: rpm = {told['rpm']:g} is above the {speeds.fastest:g} rpm of a {pump}. Set "
            "a lower speed, or another pump=."
        )
    return Ecls(
        speeds.drive(word, told),
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
