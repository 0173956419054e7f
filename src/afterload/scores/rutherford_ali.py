"""Rutherford 1997: category of acute limb ischaemia."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores.about import About, Caution, Note
from afterload.scores.derive import Test
from afterload.scores.reading import own_reading
from afterload.scores.staging import Dispute, Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT
from afterload.scores.support import SOURCE as DEVICE_SOURCE

PAPER = Source(
    "Rutherford et al., recommended standards for reports on limb ischaemia. "
    "J Vasc Surg 1997;26:517",
    place="categories of acute limb ischaemia, as a textbook prints them (empendium.com, "
    "table 031_5538)",
    confidence="C2",
    note="The table of the paper was not seen.",
)
CHOICE = own_reading("the categories are")
DOPPLER = Source("Doppler under non-pulsatile flow", place="scores reference 8.19", confidence="M")

SENSORY = Variable(
    "limb_sensory",
    "Loss of feeling in the limb",
    "Perte de la sensibilité du membre",
    kind="enum",
    choices=(
        Choice("none", "None", "Aucune"),
        Choice("toes", "Minimal, toes only", "Minime, orteils seulement"),
        Choice("beyond_toes", "More than the toes", "Au-delà des orteils"),
        Choice("anaesthesia", "Profound, anaesthetic", "Profonde, anesthésie"),
    ),
)
MOTOR = Variable(
    "limb_motor",
    "Weakness of the limb",
    "Déficit moteur du membre",
    kind="enum",
    choices=(
        Choice("none", "None", "Aucun"),
        Choice("weakness", "Mild or moderate", "Léger ou modéré"),
        Choice("paralysis", "Paralysis or rigor", "Paralysie ou rigidité"),
    ),
)
ARTERIAL = Variable(
    "doppler_arterial", "Arterial Doppler audible", "Doppler artériel audible", kind="bool"
)
VENOUS = Variable(
    "doppler_venous", "Venous Doppler audible", "Doppler veineux audible", kind="bool"
)

GAP = "at least IIb, not classifiable by the criteria"
ANAESTHETIC = Test("limb_sensory", levels=("anaesthesia",))
PARALYSED = Test("limb_motor", levels=("paralysis",))
NO_ARTERY, NO_VEIN = (Test(name, high=0) for name in ("doppler_arterial", "doppler_venous"))

RUTHERFORD_ALI = Staging(
    About(
        name="rutherford_ali",
        title="Rutherford, acute limb ischaemia",
        purpose="Category of acute limb ischaemia: viable (I), threatened (IIa, IIb), irreversible "
        "(III).",
        version="1.0",
        source=PAPER,
        population="A limb in acute ischaemia; not the chronic scale 0 to 6 of the same author.",
        declares=(SENSORY, MOTOR, ARTERIAL, VENOUS, SUPPORT),
        cautions=(NONE_AND_A_DEVICE,),
        support=(
            Caution(
                "Under VA-ECMO without pulsation the Doppler is unreliable: a silent artery does "
                "not tell that the limb is without flow. Feeling and strength cannot be examined "
                "under sedation.",
                DOPPLER,
                "support",
                levels=("ecls",),
            ),
            Caution(
                "Under a left-sided pump with little pulsation the Doppler is unreliable: a silent "
                "artery does not tell that the limb is without flow.",
                DEVICE_SOURCE,
                "support",
                levels=("impella", "tandemheart"),
            ),
            Caution(
                "The Doppler is unreliable under non-pulsatile flow, and support is not told.",
                DOPPLER,
                "support",
            ),
        ),
        notes=(
            Note(
                "The worst finding decides",
                "The table gives each category's usual findings. IIb is told when feeling is lost "
                "beyond the toes or there is weakness; IIa when it is lost in the toes, or the "
                "artery is silent alone.",
                CHOICE,
            ),
            Note(
                "III needs all four",
                "Irreversible is told only with anaesthesia, paralysis and both Dopplers silent. "
                "With some of anaesthesia, paralysis and a silent vein but not all, the table "
                "gives no category: told as at least IIb, not classifiable by the criteria.",
                CHOICE,
            ),
            Note(
                "Arterial Doppler",
                'IIa prints "often inaudible", IIb "usually inaudible": an audible artery excludes '
                "neither.",
                PAPER,
            ),
            Note(
                "Feeling in IIa",
                'droracle.ai gives IIa "mild-to-moderate sensory loss" (wording of the AHA); here '
                "none or the toes.",
                PAPER,
            ),
            Note(
                "The chronic scale",
                'The "rutherford" of a public program (sophiewell.com) is the chronic scale 0 to '
                "6; it is another one.",
                PAPER,
            ),
        ),
    ),
    (
        Stage("I", "I, viable: no loss of feeling or strength, both Dopplers", ((),), PAPER),
        Stage(
            "IIa",
            "IIa, marginally threatened: none or the toes, no weakness, artery often silent",
            ((Test("limb_sensory", levels=("toes",)),), (NO_ARTERY,)),
            PAPER,
        ),
        Stage(
            "IIb",
            "IIb, immediately threatened: more than the toes, mild or moderate weakness",
            (
                (Test("limb_sensory", levels=("beyond_toes",)),),
                (Test("limb_motor", levels=("weakness",)),),
            ),
            PAPER,
        ),
        Stage(
            GAP,
            "Gap: some of anaesthesia, paralysis and a silent vein, not all that III asks",
            ((ANAESTHETIC,), (PARALYSED,), (NO_VEIN,)),
            CHOICE,
            reach=("IIb", "III"),
        ),
        Stage(
            "III",
            "III, irreversible: anaesthesia, paralysis or rigor, both Dopplers silent",
            ((ANAESTHETIC, PARALYSED, NO_ARTERY, NO_VEIN),),
            PAPER,
        ),
    ),
    disputes=(
        Dispute(
            (
                (
                    NO_ARTERY,
                    Test("limb_sensory", levels=("none",)),
                    Test("limb_motor", levels=("none",)),
                    Test("doppler_venous", 1),
                ),
            ),
            "A silent artery alone makes this IIa: listen again before reading it as threatened.",
            CHOICE,
        ),
    ),
)
