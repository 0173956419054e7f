"""CSWG-SCAI: stage of cardiogenic shock by criteria that can be computed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About, Caution, Note
from afterload.scores.count import Count
from afterload.scores.derive import Test
from afterload.scores.reading import own_reading
from afterload.scores.staging import Dispute, Quantity, Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Kapur NK, Kanwar M, Sinha SS, et al. Criteria for Defining Stages of Cardiogenic Shock "
    "Severity. J Am Coll Cardiol 2022;80(3):185-198",
    doi="10.1016/j.jacc.2022.04.049",
    place="abstract",
    confidence="C1",
    note="The DOI is from general knowledge.",
)
CRITERIA = replace(
    PAPER,
    place="criteria table, as a review prints it (PMC9652191, table 1)",
    confidence="C2",
    note="The criteria are those of the review; the table of the paper was not seen.",
)
CHOICE = own_reading("the criteria are")
PROGRAMS = Source(
    "Public programs that compute the stage: github.com/clay-good/sophiewell.com (010da285) and "
    "github.com/TylerSturm/Cardiogenic-Shock-Calculators (6ca79ce)",
    place="source text of the stage",
    confidence="C2",
)
CICU = Source(
    "Jentzer JC, van Diepen S, Barsness GW, et al. J Am Coll Cardiol 2019;74(17):2117-2128",
    doi="10.1016/j.jacc.2019.07.077",
    place="abstract",
    confidence="C1",
    note="The DOI is from general knowledge.",
)
REVIEWS = Source(
    "Reviews of mortality by SCAI stage", place="PMC11198174 and frcanotes.com", confidence="C2"
)

DRUGS = ("norepi", "epi", "dobutamine", "dopamine", "milrinone", "vasopressin")
DEVICES = tuple(level for level in SUPPORT.levels if level != "none")

# Hypotension reaches down to where stage E begins, which is asked before.
HYPOTENSION = (Test("sbp", high=90), Test("map", high=65))
HYPOPERFUSION = (Test("lactate", 2), Test("alt", 200))
WORSENED = (Test("lactate", 5), Test("alt", 500, low_closed=False))
ONE = (Test("n_drugs", 1), Test("n_devices", 1))

STAGES = (
    Stage("A", "A, at risk: none of the criteria", ((),), CRITERIA),
    Stage(
        "B",
        "B, beginning: hypotension or hypoperfusion, without drug or device",
        tuple((test,) for test in (*HYPOTENSION, *HYPOPERFUSION)),
        CRITERIA,
    ),
    Stage(
        "at least B, not classifiable by the criteria",
        "Gap: lactate above 5 mmol/L or ALT above 500 U/L, without hypotension, drug or device",
        ((Test("lactate", 5, low_closed=False),), (Test("alt", 500, low_closed=False),)),
        CHOICE,
        reach=("B", "E"),
    ),
    Stage(
        "C",
        "C, classic: hypotension and hypoperfusion without drug or device; or one drug or device",
        (*product(HYPOTENSION, HYPOPERFUSION), *((test,) for test in ONE)),
        CRITERIA,
    ),
    Stage(
        "D",
        "D, deteriorating: hypotension and worse hypoperfusion; two drugs or devices; or one and "
        "still hypotension or hypoperfusion",
        (
            *product(HYPOTENSION, WORSENED),
            (Test("n_drugs", 2),),
            (Test("n_devices", 2),),
            ONE,
            *product(ONE, (*HYPOTENSION, *HYPOPERFUSION)),
        ),
        CRITERIA,
    ),
    Stage(
        "at least D, not classifiable by the criteria",
        "Gap: three drugs and three devices, more than D's five and no more than three of either",
        ((Test("n_drugs", 3), Test("n_devices", 3)),),
        CHOICE,
        reach=("D", "E"),
    ),
    Stage(
        "E",
        "E, extremis: SBP < 60 or MAP < 50 mmHg, lactate > 10 mmol/L, pH ≤ 7.2, more than three "
        "drugs or devices, or arrest out of hospital",
        (
            (Test("sbp", high=60, high_closed=False),),
            (Test("map", high=50, high_closed=False),),
            (Test("lactate", 10, low_closed=False),),
            (Test("ph", high=7.2),),
            (Test("n_drugs", 3, low_closed=False),),
            (Test("n_devices", 3, low_closed=False),),
            (Test("cardiac_arrest", levels=("ohca",)),),
        ),
        CRITERIA,
    ),
)

CSWG_SCAI = Staging(
    About(
        name="cswg_scai",
        title="CSWG-SCAI",
        purpose="Stage of cardiogenic shock, A to E, from pressures, lactate, ALT, pH and the "
        "number of drugs and devices.",
        version="1.0",
        source=PAPER,
        cohort="Cardiogenic Shock Working Group registry, 17 hospitals, 2016-2021; n = 3,455 "
        "(heart failure 52 %, infarction 32 %), mortality 35 %; the criteria were tested in 1,890.",
        population="Patients in cardiogenic shock, or at risk of it.",
        status="provisional",
        declares=(
            Variable(
                "n_drugs",
                "Vasoactive drugs running (vasopressors and inotropes)",
                "Médicaments vasoactifs en cours (vasopresseurs et inotropes)",
                kind="int",
                unit="{score}",
                low=0,
                high=12,
                soft_low=0,
                soft_high=6,
                aliases=("drugs",),
            ),
            Variable(
                "n_devices",
                "Mechanical support devices in place",
                "Dispositifs d'assistance en place",
                kind="int",
                unit="{score}",
                low=0,
                high=8,
                soft_low=0,
                soft_high=4,
                aliases=("devices",),
            ),
            SUPPORT,
        ),
        cautions=(
            Caution(
                "CSWG-SCAI is provisional: the criteria are those a review prints, the paper's "
                "table was not seen. How many drugs or devices make stage E, and what lies between "
                "the printed bands, are readings taken here.",
                CRITERIA,
            ),
            NONE_AND_A_DEVICE,
            Caution(
                "A systolic pressure of exactly 90 mmHg is hypotension in the criteria (60 to 90); "
                "a public program reads below 90.",
                CRITERIA,
                "sbp",
                90,
                90,
            ),
            Caution(
                "A lactate of exactly 5 mmol/L stands in both bands of the criteria (2 to 5, 5 to "
                "10). With hypotension it is read as the graver, D; without hypotension, drug or "
                "device as hypoperfusion, B.",
                CRITERIA,
                "lactate",
                5,
                5,
            ),
            Caution(
                "Arrest in hospital is no criterion by itself; a public program gives E for any "
                "arrest.",
                PROGRAMS,
                "cardiac_arrest",
                levels=("ihca",),
            ),
            Caution(
                "Arrest out of hospital gives E here, whatever the other values. SCAI 2022 tells "
                "an arrest with coma by the modifier A beside the stage.",
                CRITERIA,
                "cardiac_arrest",
                levels=("ohca",),
            ),
        ),
        support=under_support("CSWG-SCAI", "arterial pressure"),
        notes=(
            Note(
                "Order",
                "The stages overlap, and are asked from E to A; the first that holds is the stage.",
                CHOICE,
            ),
            Note(
                "Drugs and devices in E and D",
                'The review prints "> 3 drugs or > 3 devices" for E and "2-5 drugs/devices" for D, '
                "which overlap at 4 and 5 of one kind: E is asked first. A public program gives E "
                'from a total of 3, with its author\'s comment "assumption on my part". The '
                "original wording was not seen. A total of 3 to 6 is warned of.",
                CRITERIA,
            ),
            Note(
                "Three drugs and three devices",
                "Six in total is beyond D and, with no more than three of either, not yet E: told "
                "as at least D, not classifiable by the criteria.",
                CHOICE,
            ),
            Note(
                "One drug and one device",
                "D counts drugs and devices together (2-5 drugs/devices), so one of each is D.",
                CHOICE,
            ),
            Note(
                "Lactate above 5 mmol/L, or ALT above 500 U/L, alone",
                "Without hypotension, drug or device the criteria give no stage: told as at least "
                "B, not classifiable by the criteria. One public program gives A (its "
                "hypoperfusion stops below 5); another gives B even at a lactate of 12, because it "
                "asks B before E.",
                PROGRAMS,
            ),
            Note(
                "One drug or device with worse hypoperfusion",
                "D names persistent hypotension or hypoperfusion (lactate 2 to 5, ALT 200 to 500). "
                "A lactate above 5 or an ALT above 500 under one drug or device is read as D too.",
                CHOICE,
            ),
            Note(
                "Ends of the bands",
                "SBP 60-90, MAP 50-65, lactate 2-5 and 5-10 and ALT 200-500 are read with both "
                "ends, as printed; E begins below 60 and 50 mmHg, above 10 mmol/L, and at a pH of "
                "7.2. A public program reads hypotension as SBP below 90.",
                CRITERIA,
            ),
            Note(
                "Pressure",
                "SBP or MAP: either in its band is hypotension, whatever the other says. One "
                "public program leaves MAP, ALT and pH out.",
                CRITERIA,
            ),
            Note(
                "Persistent",
                'One value cannot tell that hypotension or hypoperfusion is "persistent": the '
                "values given are taken as those under the drug or device.",
                CHOICE,
            ),
            Note(
                "Arrest",
                "The criteria list arrest out of hospital under E. A public program gives E for "
                "any arrest.",
                CRITERIA,
            ),
            Note(
                "Mortality",
                "No mortality by stage was found for these criteria, so none is attached. By other "
                "criteria, in 10,004 patients of a cardiac intensive care unit (Mayo, 2007-2015), "
                "hospital mortality was 3.0, 7.1, 12.4, 40.4 and 67.0 % from A to E.",
                CICU,
            ),
            Note(
                "Mortality across cohorts",
                "Reviews give 0-3.6, 0-33.9, 12.4-53.9, 24.0-66.9 and 42.0-77.4 % from A to E, and "
                "0.8-28.9, 2.2-35.1, 10.7-59.1, 24-66.9 and 37.7-85.9 %: a stage has no mortality "
                "without its cohort.",
                REVIEWS,
            ),
            Note(
                "Criteria of the Mayo cardiac intensive care unit",
                "Not computed here: their thresholds were not seen in a source.",
                replace(CICU, place="thresholds", confidence="U"),
            ),
        ),
    ),
    STAGES,
    quantities=(
        Quantity(
            "n_drugs",
            Count(
                (
                    *(Test(drug, 0, low_closed=False) for drug in DRUGS),
                    Test("levosimendan", levels=("yes",)),
                ),
                "number of drugs with a rate above 0",
            ),
            note="n_drugs was counted from the seven drugs with a rate here; another one that runs "
            "(phenylephrine, enoximone) is not counted. Give n_drugs if there is one.",
        ),
        Quantity(
            "n_devices",
            Count(
                tuple(Test("support", levels=(level,)) for level in DEVICES),
                "number of devices in support",
            ),
            note="n_devices was counted from support, each kind once. Give n_devices if there are "
            "two of a kind.",
        ),
    ),
    disputes=(
        Dispute(
            (
                (Test("n_drugs", 3),),
                (Test("n_devices", 3),),
                (Test("n_drugs", 2), Test("n_devices", 1)),
                (Test("n_drugs", 1), Test("n_devices", 2)),
            ),
            "Three or more drugs and devices in total: D and E overlap here. Read as E above three "
            "drugs or above three devices; a public program gives E from a total of three, on its "
            "author's assumption.",
            CRITERIA,
        ),
    ),
)
