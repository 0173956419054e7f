"""The circulation of afterload: heart, aorta in four parts, five beds, veins, lungs, and the places
where pumps are put.

              head, arms                       viscera             legs
                 ^                                ^                  ^
    lv -> asc -> arch ----------------> desc ---------------> fem ---|
    ^      |  coronaries                 (balloon)                   |
    la     v                                                         v
    ^     ra <- svc <- upper veins     ivc <- visceral veins, leg veins
    pv <- pa <- rv
"""

from __future__ import annotations

from afterload.hemodynamics.circuit import Circuit, Compartment, Edge
from afterload.hemodynamics.law import (
    Artery,
    BalloonedArtery,
    BalloonedSegment,
    Chamber,
    Inertia,
    Leak,
    Muscle,
    Orifice,
    Pericardium,
    Pump,
    Resistor,
    Septum,
    StiffeningVessel,
    Thorax,
    Valve,
    Vessel,
    Waterfall,
)

RETURNS = ("fem", "arch", "asc", "svc")
"""Where an ECLS circuit can give blood back: femoral, subclavian, central, jugular."""

BODY = Circuit(
    "body",
    compartments=(
        Compartment("la", Chamber(), "atria", "pericardium"),
        Compartment("lv", Chamber(), "ventricles", "pericardium", bulge=-1),
        Compartment("ra", Chamber(), "atria", "pericardium"),
        Compartment("rv", Chamber(), "ventricles", "pericardium", bulge=1),
        Compartment("asc", Artery(), outside="chest"),
        Compartment("arch", Artery(), outside="chest"),
        Compartment("desc", BalloonedArtery(), "balloon", "chest"),
        Compartment("fem", Artery()),
        Compartment("v_upper", Vessel()),
        Compartment("v_visceral", Vessel()),
        Compartment("v_legs", Vessel()),
        Compartment("svc", Vessel(), outside="chest"),
        Compartment("ivc", Vessel(), outside="chest"),
        Compartment("pa", StiffeningVessel(), outside="chest"),
        Compartment("pcap", StiffeningVessel(), outside="chest"),
        Compartment("pv", StiffeningVessel(), outside="chest"),
        Compartment("cor_l", Vessel(), outside="muscle_l"),
        Compartment("cor_r", Vessel(), outside="muscle_r"),
    ),
    edges=(
        Edge("mitral", "la", "lv", Valve()),
        Edge("aortic", "lv", "asc", Valve()),
        Edge("tricuspid", "ra", "rv", Valve()),
        Edge("pulmonic", "rv", "pa", Valve()),
        Edge("mitral_leak", "lv", "la", Leak()),
        Edge("aortic_leak", "asc", "lv", Leak()),
        Edge("tricuspid_leak", "rv", "ra", Leak()),
        Edge("pulmonic_leak", "pa", "rv", Leak()),
        Edge("q_arch", "asc", "arch", Inertia()),
        Edge("q_desc", "arch", "desc", BalloonedSegment(), "balloon"),
        Edge("q_fem", "desc", "fem", Inertia()),
        Edge("head", "arch", "v_upper", Waterfall()),
        Edge("arms", "arch", "v_upper", Waterfall()),
        Edge("viscera", "desc", "v_visceral", Waterfall()),
        Edge("legs", "fem", "v_legs", Waterfall()),
        Edge("upper", "v_upper", "svc", Resistor()),
        Edge("visceral", "v_visceral", "ivc", Resistor()),
        Edge("lower", "v_legs", "ivc", Resistor()),
        Edge("from_svc", "svc", "ra", Resistor()),
        Edge("from_ivc", "ivc", "ra", Resistor()),
        Edge("lung_in", "pa", "pcap", Resistor()),
        Edge("lung_out", "pcap", "pv", Resistor()),
        Edge("to_la", "pv", "la", Resistor()),
        Edge("coronary_l", "asc", "cor_l", Resistor()),
        Edge("coronary_r", "asc", "cor_r", Resistor()),
        Edge("sinus_l", "cor_l", "ra", Waterfall()),
        Edge("sinus_r", "cor_r", "ra", Waterfall()),
        Edge("ecls", ("ra", "svc", "ivc"), RETURNS, Pump()),
        Edge("vent", ("lv", "pa"), RETURNS, Pump()),
        Edge("left_pump", "lv", "asc", Pump()),
        Edge("left_atrial_pump", "la", "fem", Pump()),
        Edge("right_pump", "ra", "pa", Pump()),
        Edge("septostomy", "la", "ra", Orifice()),
    ),
    activations=("atria", "ventricles", "balloon"),
    outside={
        "pericardium": Pericardium(),
        "chest": Thorax(),
        "muscle_l": Muscle("lv"),
        "muscle_r": Muscle("rv"),
    },
    septum=Septum(),
)
"""The whole circulation with a place for every device; a device that is absent has `on` = 0."""

PUMPS: tuple[str, ...] = tuple(edge.name for edge in BODY.edges if isinstance(edge.law, Pump))
"""Places for pumps."""
