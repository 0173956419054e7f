"""Published scores that cannot be computed here, and why: each waits for a number nobody saw.

A number that was not read in a source is not invented. Who holds the paper writes its table as a
TOML card (`afterload score --card FILE.toml`); see `toml_card`.
"""

from __future__ import annotations

from dataclasses import dataclass

from afterload.core.source import Source


@dataclass(frozen=True, slots=True)
class Slot:
    """A score that has a place here but no numbers.

    Args:
        name: Lower-case name, as on the command line.
        title: Name as people write it.
        purpose: What it tells, in one sentence.
        source: The publication.
        inputs: What it asks, in words.
        cohort: Whom it was derived in.
        confirmed: What of it was seen in a source, and how it did.
        why: Why it cannot be computed, as the end of a sentence.
    """

    name: str
    title: str
    purpose: str
    source: Source
    inputs: str
    cohort: str
    confirmed: str
    why: str

    @property
    def sentence(self) -> str:
        """What to say to who asks for it."""
        return (
            f"{self.title} cannot be computed: {self.why} (asks: {self.inputs}; {self.source}). "
            "With the paper at hand, write its table as a card: afterload score --card FILE.toml."
        )


_SLOTS = (
    Slot(
        "modified-save",
        "Modified SAVE",
        "Survival of urgent VA-ECMO started within 24 h of arrival: SAVE with lactate.",
        Source(
            "Chen WC, Huang KY, Yao CW, et al. The modified SAVE score: predicting survival using "
            "urgent veno-arterial ECMO within 24 hours of arrival at the emergency department. "
            "Crit Care 2016;20:336",
            doi="10.1186/s13054-016-1520-1",
            place="abstract",
            confidence="C1",
            note="A letter to the article (July 2017) was not seen.",
        ),
        "those of SAVE, and lactate",
        "One centre (Taiwan), 2009-2014; n = 154 on VA-ECMO within 24 h of arrival, 27 of them for "
        "other than cardiac causes; 64.9 % died.",
        "AUROC 0.843 of SAVE and lactate together. Lactate was probably modelled in mg/dL (hazard "
        "ratio 1.01 per unit: an inference).",
        "the points of its lactate bands, its range and its risk groups were not readable",
    ),
    Slot(
        "peigh",
        "Simple cardiac ECMO score (Peigh, Cavarocchi, Hirose)",
        "Survival of cardiac ECMO, from three variables.",
        Source(
            "Peigh G, Cavarocchi N, Keith SW, Hirose H. Simple new risk score model for adult "
            "cardiac extracorporeal membrane oxygenation: simple cardiac ECMO score. "
            "J Surg Res 2015;198(2):273-279",
            doi="10.1016/j.jss.2015.04.044",
            place="abstract",
            confidence="C1",
        ),
        "lactate, renal dysfunction and post-cardiotomy shock, before ECMO",
        "Thomas Jefferson, 2010-2014; n = 73 on cardiac ECMO, 64 % survived ECMO.",
        "The three variables and the range 0 to 5; survivors 1.8 ± 1.2, others 3.0 ± 0.99 points.",
        "the cut-offs and the points of its three variables were not readable",
    ),
    Slot(
        "remember",
        "REMEMBER",
        "Hospital mortality of VA-ECMO after coronary bypass surgery.",
        Source(
            "Wang L, et al. REMEMBER score. Crit Care 2019;23:11",
            doi="10.1186/s13054-019-2307-y",
            place="abstract",
            confidence="C1",
        ),
        "age, left main disease, inotropic score > 75, CK-MB > 130 IU/L, creatinine > 150 µmol/L "
        "and platelets < 100 ×10⁹/L",
        "One centre (Beijing), 2004-2017; n = 166 on VA-ECMO after CABG, 45 % left hospital alive.",
        "AUROC 0.85 (95 % CI 0.79-0.91); classes 0-13, 14-19, 20-25 and > 25 with mortality 13, "
        "55, 70 and 94 %. Validated in Münster, n = 107: AUROC 0.623, poor calibration "
        "(doi:10.3389/fcvm.2023.1192300).",
        "the points of its items and its cut-off of age were not readable",
    ),
    Slot(
        "predict-va-ecmo",
        "PREDICT VA-ECMO",
        "Survival on VA-ECMO from blood gases of its first 6 or 12 h.",
        Source(
            "Wengenmayer et al. PREDICT VA-ECMO. Eur Heart J Acute Cardiovasc Care 2019",
            doi="10.1177/2048872618789052",
            place="abstract",
            confidence="C1",
        ),
        "lactate, pH and standard bicarbonate at 1, 6 and 12 h",
        "n = 205 on VA-ECMO, 51 % of them put on during resuscitation.",
        "AUROC 0.823 at 6 h and 0.839 at 12 h; in another cohort 0.718 and 0.735.",
        "the coefficients of its elastic-net model were not readable",
    ),
    Slot(
        "clip",
        "CLIP",
        "Mortality of infarct-related cardiogenic shock, from four biomarkers.",
        Source(
            "Ceglarek et al. CLIP score. Eur Heart J 2021;42(24):2344-2352",
            doi="10.1093/eurheartj/ehab110",
            place="abstract",
            confidence="C1",
        ),
        "cystatin C, lactate, interleukin-6 and NT-proBNP",
        "CULPRIT-SHOCK trial, n = 458.",
        "c-statistic 0.82 (0.78-0.86), and 0.73 (0.65-0.81) in IABP-SHOCK II, n = 163.",
        "its coefficients, and how it transforms the four markers, were not readable",
    ),
    Slot(
        "ami-ecmo-choi",
        "AMI-ECMO (Choi 2019)",
        "Hospital mortality of VA-ECMO in myocardial infarction.",
        Source(
            "Choi KH, et al. AMI-ECMO score. Rev Esp Cardiol 2019;72:724-731",
            doi="10.1016/j.rec.2018.06.010",
            place="abstract",
            confidence="C1",
        ),
        "age > 65, BMI > 25, GCS < 6, lactate > 8, anterior infarction, no or failed "
        "revascularisation",
        "Samsung (Korea), n = 145.",
        "C-index 0.880 (0.820-0.940); quarters 0-16, 17-19, 20-26 and > 26 with mortality 6.2, "
        "28.1, 51.6 and 93.8 %. An abstract of 2017 has a seventh variable, gastrointestinal "
        "bleeding.",
        "the points of its six variables were not readable",
    ),
    Slot(
        "ami-ecmo-cornell",
        "AMI-ECMO Risk Score (Weill Cornell)",
        "Mortality of ECMO in myocardial infarction; another score of the same name.",
        Source(
            "AMI-ECMO Risk Score, Weill Cornell",
            place="abstract, vivo-dev.weill.cornell.edu pubid35380184",
            confidence="C1",
        ),
        "age > 70, creatinine > 1.5 mg/dL, lactate > 4.0, no TIMI 3 flow",
        "n = 126.",
        "The four variables and their cut-offs.",
        "the points of its four variables were not readable",
    ),
    Slot(
        "ecmo-accepts",
        "ECMO-ACCEPTS",
        "30-day hospital mortality of ECMO, from hospital billing data.",
        Source(
            "Becher et al. ECMO-ACCEPTS score. J Crit Care 2020;56:100-105",
            doi="10.1016/j.jcrc.2019.12.013",
            place="abstract",
            confidence="C1",
        ),
        "age > 65, urgency, previous resuscitation, atrial fibrillation, coronary disease, heart "
        "failure, pulmonary and arterial hypertension, heart transplantation, acute coronary "
        "syndrome",
        "German billing data, n = 8,351; 30-day hospital mortality 61 %.",
        "AUROC 0.64 and a table of points as one page transcribes it (medicalalgorithms.com).",
        "the only transcription of its points contradicts itself: without heart transplantation it "
        "reaches 23 of 37 points, while the cohort's mean mortality of 61 % stands at 25 to 26",
    ),
    Slot(
        "ecls-shock",
        "ECLS-SHOCK score",
        "30-day mortality of cardiogenic shock, from five items.",
        Source(
            "ECLS-SHOCK score, 2025",
            place="abstract v892 of the German Cardiac Society (DGK)",
            confidence="C1",
        ),
        "age ≥ 69, female sex, three cardiovascular risk factors or more, lactate ≥ 7.1 mmol/L, "
        "resuscitation",
        "43 centres in two countries.",
        "1 or 2 points each, 0-1, 2-3 and 4-7 points with 30-day mortality 23, 50 and 80 %.",
        "which two of its five items carry 2 points was not readable",
    ),
    Slot(
        "trs",
        "Transplant Risk Score (TRS)",
        "Survival after heart transplantation.",
        Source(
            "Jasseron C, et al. Optimization of heart allocation: the transplant risk score. "
            "Am J Transplant 2019;19:1507-1517",
            doi="10.1111/ajt.15201",
            place="abstract",
            confidence="C1",
        ),
        "recipient's age, cause, bilirubin, eGFR, previous cardiac surgery, diabetes and "
        "ventilation; donor's age and sex",
        "n = 1,776 heart transplantations in France.",
        "C-index 0.70. The survival model inside the French allocation score is another one.",
        "its coefficients were not readable",
    ),
    Slot(
        "schrage-2020",
        "SCAI stages as Schrage 2020 defines them (Hamburg)",
        "SCAI stage from recorded data.",
        Source(
            "Schrage B, et al. Catheter Cardiovasc Interv 2020;96:E213-E219",
            doi="10.1002/ccd.28707",
            place="citation and results, from memory",
            confidence="M",
        ),
        "those of the SCAI stages",
        "n = 1,007 (from memory).",
        "30-day survival by stage 96.4, 66.1, 46.1, 33.1 and 22.6 %, from memory only.",
        "its definitions of the stages were not found, and its figures are from memory",
    ),
    Slot(
        "tehrani-2019",
        "Shock-team score (Tehrani 2019)",
        "30-day mortality of cardiogenic shock treated by a shock team, with values at 24 h.",
        Source(
            "Tehrani BN, Truesdell AG, Sherwood MW, et al. Standardized team-based care for "
            "cardiogenic shock. J Am Coll Cardiol 2019;73(13)",
            doi="10.1016/j.jacc.2018.12.084",
            place="abstract (linkinghub.elsevier.com/retrieve/pii/S0735109719304954)",
            confidence="C1",
        ),
        "age ≥ 71, diabetes, dialysis, ≥ 36 h of vasopressor at diagnosis; at 24 h lactate ≥ 3.0, "
        "cardiac power < 0.6 W, PAPi < 1.0",
        "n = 204 consecutive patients with cardiogenic shock.",
        "1 or 2 points each, classes 0-1 low, 2-4 moderate, 5 or more high. The abstract prints "
        "the lactate in mg/dL; 3.0 mg/dL would be 0.33 mmol/L, so mmol/L is probably meant.",
        "which of its seven items carry 2 points was not readable",
    ),
)

SLOTS: dict[str, Slot] = {slot.name: slot for slot in _SLOTS}
"""Every slot, by its name on the command line."""
