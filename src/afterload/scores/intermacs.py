"""INTERMACS profiles 1 to 7 with their modifiers: assigned by a clinician, never inferred."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores.about import About, Note, Validation
from afterload.scores.assigned import Assigned, Descriptor, Exclusion, Level, Modifier

PAPER = Source(
    "Stevenson LW, Pagani FD, Young JB, et al. INTERMACS profiles of advanced heart failure: the "
    "current picture. J Heart Lung Transplant 2009;28(6):535-541",
    doi="10.1016/j.healun.2009.02.015",
    place="profiles as printed, condensed here, in PMC10406529 table 2, BioMed Research "
    "International 2015:849571 table 1 and JA Clinical Reports 2021 table 4",
    confidence="C2",
)
APPENDIX = Source(
    "INTERMACS registry, Appendix O: INTERMACS profiles of advanced heart failure",
    place="profiles 1 and 2 may carry A or TCS, studyres.com/doc/4202778",
    confidence="C1",
)
TIMES = replace(PAPER, place="time frame for intervention, no page seen", confidence="M")
WORDING = replace(
    PAPER,
    place="names of the modifiers: abstract; their wording: no page seen",
    confidence="M",
    note="The modifiers' names are confirmed, what they mean in detail is general knowledge.",
)
COWGER = Source(
    "Cowger J, et al. 2016, PMC5600320",
    place="survival by profile; agreement between raters",
    confidence="C1",
)

MARKS = Variable(
    "intermacs_modifier",
    "Modifiers of the INTERMACS profile, one or more",
    "Modificateurs du profil INTERMACS, un ou plusieurs",
    kind="multi",
    choices=(
        Choice("a", "A (arrhythmia)", "A (arythmie)"),
        Choice("tcs", "TCS (temporary circulatory support)", "TCS (assistance temporaire)"),
        Choice("ff", "FF (frequent flyer)", "FF (hospitalisations répétées)"),
        Choice("none", "None", "Aucun"),
    ),
    aliases=("modifier", "modifiers"),
)


def _profile(number: int, label: str, text: str, time: str) -> Level:
    frame = Descriptor("time frame for intervention", time, TIMES, aside=True)
    return Level(str(number), label, text, number, number, PAPER, (frame,))


PROFILES = (
    _profile(
        1,
        "critical cardiogenic shock, “crash and burn”",
        "life-threatening hypotension despite rapidly escalating inotropic or pressor support, "
        "critical organ hypoperfusion, often worsening acidosis or lactate",
        "hours",
    ),
    _profile(
        2,
        "progressive decline, “sliding on inotropes”",
        "declining function despite intravenous inotropes (renal function, nutrition, volume), or "
        "declining status when inotropes are not tolerated (tachyarrhythmia, ischaemia)",
        "a few days",
    ),
    _profile(
        3,
        "stable but inotrope dependent, “dependent stability”",
        "stable pressure, organ function, nutrition and symptoms on continuous intravenous "
        "inotropes, a temporary circulatory support device, or both, with repeated failure to wean",
        "weeks to a few months",
    ),
    _profile(
        4,
        "resting symptoms",
        "near normal volume is possible, but daily congestion at rest or with activities of daily "
        "living; diuretic doses very high and fluctuating; may shuttle with 5",
        "weeks to a few months",
    ),
    _profile(
        5,
        "exertion intolerant, “housebound”",
        "comfortable at rest and with activities of daily living, unable to do any other activity",
        "variable",
    ),
    _profile(
        6,
        "exertion limited, “walking wounded”",
        "comfortable at rest without fluid overload, activities of daily living and minor ones "
        "outside the home; fatigue within the first minutes of meaningful activity",
        "variable",
    ),
    _profile(
        7,
        "advanced NYHA III, “placeholder”",
        "no current or recent unstable fluid balance, comfortable with mild exertion",
        "transplantation or mechanical support may not be indicated",
    ),
)
ANY = tuple(profile.name for profile in PROFILES)

INTERMACS = Assigned(
    About(
        name="intermacs",
        title="INTERMACS profile",
        purpose="The profile of advanced heart failure a clinician assigned, with its modifiers.",
        version="1.0",
        source=PAPER,
        population="Adults with advanced heart failure considered for mechanical support.",
        declares=(MARKS,),
        notes=(
            Note(
                "Never inferred",
                "A profile cannot be worked out from numbers; raters agree poorly, especially on "
                "neighbouring profiles.",
                COWGER,
            ),
            Note(
                "Frequent flyer",
                "FF is a modifier. Some tables (PMC10406529, JA Clinical Reports 2021) print it "
                "as the nickname of profile 4; it is not used as one here.",
                PAPER,
            ),
            Note(
                "Temporary support: profile 1 or 3",
                "Profile 3 allows for a temporary device with repeated failure to wean; a patient "
                "put on VA-ECMO for crashing shock is profile 1 with TCS.",
                PAPER,
            ),
            Note(
                "Which modifier goes with which profile",
                "A with any; TCS with 1 to 3; FF with 3 (at home on inotropes) to 6, rarely 7. "
                "For profiles 1 and 2 the registry's Appendix O confirms A and TCS; the rest is "
                "general knowledge.",
                APPENDIX,
            ),
            Note(
                "Time frames",
                "The time frames for intervention and the modifiers' wording are general "
                "knowledge, not yet seen in a source.",
                TIMES,
            ),
        ),
        validations=(
            Validation(
                "durable ventricular assist devices in the INTERMACS registry 2009-2014",
                "one-year survival profile 1 77 ± 1.2, profile 2 80 ± 0.7, profile 3 84 ± 0.7 %",
                COWGER,
            ),
        ),
    ),
    variable="intermacs",
    levels=PROFILES,
    noun="profile",
    modifiers=(
        Modifier(
            "A",
            "arrhythmia",
            "recurrent ventricular tachyarrhythmias that recently contributed substantially "
            "(frequent shocks, usually more than two a week)",
            ANY,
            WORDING,
        ),
        Modifier(
            "TCS",
            "temporary circulatory support",
            "in hospital, on IABP, ECMO, TandemHeart, CentriMag, BVS5000/AB5000 or Impella",
            ("1", "2", "3"),
            WORDING,
            "temporary circulatory support is for patients in hospital, profiles 1 to 3",
        ),
        Modifier(
            "FF",
            "frequent flyer",
            "at home, at least two emergency visits or admissions in 3 months or three in 6 months "
            "for diuretics, ultrafiltration or temporary intravenous vasoactive drugs",
            ("3", "4", "5", "6", "7"),
            WORDING,
            "a frequent flyer comes from home, and profiles 1 and 2 are in hospital",
            (
                ("3", "FF with profile 3 is for a patient at home on inotropes; check that."),
                ("7", "FF is rarely given to profile 7; check the profile."),
            ),
        ),
    ),
    marked="intermacs_modifier",
    joint="-",
    exclusions=(
        Exclusion(
            frozenset({"TCS", "FF"}),
            "INTERMACS profile: TCS is for patients in hospital and FF for patients at home, so "
            "they cannot stand together. Give the one that applies.",
            WORDING,
        ),
    ),
)
