"""Studies read after the model was built; every number of theirs was found at the address given.

Patients are simulated in a preset, which is not them: what it shows without a device differs from
what they showed, and theirs is told with the study where its abstract tells it.
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.validation.row import Study

SHOCK = "Simulated in the preset of shock after infarction, which is not these patients."
DCM = "Simulated in the preset of dilated cardiomyopathy, which is not these patients."

FURTHER_STUDIES: dict[str, Study] = {
    "scheidt": Study(
        "Scheidt 1973",
        "Cardiogenic shock, IABP, ten institutions",
        87,
        Source("Scheidt S et al. 1973, N Engl J Med 288:979-984",
               place="abstract, scilit.com/publications/496cee1e8cdd4aaf767046882b0afab9; ± is SD",
               confidence="C1"),
        (f"{SHOCK} Before: rate 110 ± 24/min, systolic 76 ± 22, diastolic 53 ± 12 mmHg. Systolic "
         "pressure (“afterload”) is read as LV peak pressure, diastolic pressure on the balloon as "
         "the highest arterial pressure.",
         "Unchanged is read as: by less than 87 patients would have shown (4.6 mmHg, from an SD of "
         "15.3, the most that those of systolic and diastolic pressure allow)."),
    ),
    "schreuder": Study(
        "Schreuder 2005",
        "Low ejection fraction at heart surgery, IABP on and off within seconds, well timed and "
        "deflated late",
        15,
        Source("Schreuder JJ et al. 2005, Ann Thorac Surg (beat-to-beat effects of IABP timing)",
               "10.1016/j.athoracsur.2004.07.073",
               "abstract; means without spread; first author from memory", "C1"),
        (f"{DCM} Late is 50 ms after the R wave (memory). A premature inflation was measured in "
         "one beat of four, which is no steady beat: left out.",),
    ),
    "kawaguchi": Study(
        "Kawaguchi 1999",
        "Calves of 94 kg before and after microspheres into the left coronary artery, IABP",
        12,
        Source("Kawaguchi O et al. 1999 (ventriculoarterial coupling with IABP in acute ischemic "
               "heart failure)",
               place="abstract, pure.psu.edu; year from memory", confidence="C1"),
        ("Simulated in two people, the preset of shock after infarction and the healthy adult, and "
         "so only directions are compared; per cent are of the published means (PVA 914 to 849 "
         "mmHg mL, stroke volume 21 to 24 mL, end-systolic pressure 69 to 64 mmHg).",
         "Unchanged is read as: by less than what the study found changed, 19 % for Ees (arterial "
         "elastance, 3.6 to 2.9) and 14 % for output (stroke volume)."),
    ),
    "nakajima": Study(
        "Nakajima 2016",
        "Coronary bypass without cardiopulmonary bypass, IABP on and off, 76 grafts",
        32,
        Source("Nakajima H et al. 2016, J Cardiothorac Surg 11:156", "10.1186/s13019-016-0550-8",
               "abstract, PMC5126996", "C1"),
        (f"{SHOCK} A graft carried 55 ± 36 mL/min with the balloon and 53 ± 36 without (p = 0.37). "
         "Unchanged is read as: by less than 76 grafts would have shown (22 %). In 84 other "
         "patients it rose, from 46 to 51 mL/min (Takami and Masumoto, abstract).",),
    ),
    "remmelink": Study(
        "Remmelink 2007",
        "High-risk coronary intervention, EF 35 %, Impella 2.5 from 0 to 2.5 L/min",
        11,
        Source("Remmelink M et al. 2007, Catheter Cardiovasc Interv 70:532-537",
               "10.1002/ccd.21160", "abstract, pubmed 17896398", "C1"),
        (f"{DCM} Flow velocity at rest is read as coronary flow. Unchanged is read as: by less "
         "than the 18 % that they found significant (61 to 72 cm/s in hyperaemia).",),
    ),
    "recover1": Study(
        "RECOVER I",
        "Shock after cardiotomy, Impella 5.0 or LD",
        16,
        Source("Griffith BP et al. 2013, J Thorac Cardiovasc Surg (RECOVER I)",
               place="abstract, pubmed 22405676; year from memory", confidence="C1"),
        ("Simulated in the preset of shock after cardiotomy, which is not these patients. Before: "
         "cardiac index 1.65 L/min/m², arterial pressure 71.4, diastolic pulmonary pressure "
         "28.0 mmHg.",),
    ),
    "stic": Study(
        "IMPELLA-STIC",
        "Shock after infarction on IABP, Impella 5.0 added or not; 12 hours",
        12,
        Source("Bochaton T et al. 2020, Arch Cardiovasc Dis 113:237-243",
               "10.1016/j.acvd.2019.10.005",
               "abstract, pubmed 31740272; ± is read as SD; first author from memory", "C1"),
        (f"{SHOCK} Six patients had both; the native heart's share of the power index was "
         "0.37 ± 0.10 W/m² before.",),
    ),
    "josiassen": Study(
        "Josiassen 2020",
        "Pigs, microspheres into the left main artery, Impella CP; both ventricles' loops",
        18,
        Source("Josiassen J et al. 2020, Intensive Care Med Exp (Impella CP and the right "
               "ventricle)", "10.1186/s40635-020-00326-y", "abstract; median [quartiles]", "C1"),
        ("The same model and laboratory as Møller-Helgestad 2019, simulated in that pig.",),
    ),
    "impella-rp": Study(
        "Impella RP, 2018",
        "Right ventricular failure after LVAD, cardiotomy, transplantation or infarction, "
        "Impella RP",
        60,
        Source("Outcomes of patients with right ventricular failure requiring short-term support "
               "with the Impella RP device, J Heart Lung Transplant 2018",
               place="abstract, jhltonline.org/article/S1053-2498(18)31579-1", confidence="C1"),
        ("Simulated in the preset of right ventricular shock, which is not these patients, half of "
         "whom had an LVAD. ± is read as SEM, as 1 mmHg cannot be the SD of 60 patients. Before: "
         "cardiac index 1.9 ± 0.1 L/min/m², central venous pressure 19 ± 1 mmHg.",),
    ),
    "bruckner": Study(
        "Bruckner 2008",
        "Cardiomyopathy in refractory shock, TandemHeart for a week until transplantation",
        5,
        Source("Bruckner BA et al. 2008, Tex Heart Inst J 35:447-450",
               place="abstract, PMC2607106; ± is read as SD", confidence="C1"),
        (f"{DCM} TandemHeart at 3.5 L/min (memory). Before: cardiac index 1.9 ± 0.3 L/min/m², "
         "arterial pressure 69 ± 12.5, central venous pressure 21.2 ± 7.4 mmHg, mixed venous "
         "saturation 45.4 ± 14.3 %; two under resuscitation. Pressors were reduced.",),
    ),
    "thiele2017": Study(
        "Thiele 2017",
        "Cardiogenic shock, TandemHeart or Impella against IABP, four trials",
        148,
        Source("Thiele H et al. 2017, Eur Heart J 38:3523-3531", "10.1093/eurheartj/ehx363",
               "abstract, pubmed 29020341", "C1"),
        (f"{SHOCK} TandemHeart at 3.5 L/min (memory). The interval of the pooled difference, 3.39 "
         "to 20.31 mmHg, is no spread of patients.",),
    ),
    "uriel": Study(
        "Uriel 2016",
        "Continuous-flow LVAD (HeartMate II 21, HVAD 14), speed ramp with a catheter",
        35,
        Source("Uriel N et al. 2016, JACC Heart Fail 4:208-217", "10.1016/j.jchf.2015.10.001",
               "abstract, pubmed 26746378", "C1"),
        (f"{DCM} HeartMate II from 8,000 to 11,200 rpm: eight steps of 400, as many as the total "
         "change holds of the mean step; beyond 10,000 rpm its curve is extrapolated.",
         "Unchanged is read as: by less than 35 patients would have shown (10.3 mmHg from the SD "
         "of Scheidt’s systolic pressure, 1.7 from that of Burkhoff’s central venous pressure)."),
    ),
    "baruteau": Study(
        "Baruteau 2016",
        "Balloon septostomy on VA-ECMO, 32 adults and 32 children",
        64,
        Source("Baruteau AE et al. 2018, Eur Heart J Acute Cardiovasc Care 7:70-79",
               "10.1177/2048872616675485", "abstract; ± is read as SD", "C1"),
        (f"{SHOCK} ECMO at 4 L/min, a hole of 20 mm (memory; the balloons had 21.8 ± 8.4 mm). Left "
         "atrial pressure is that of the wedge.",),
    ),
    "fadel": Study(
        "Fadel 2024",
        "Cardiogenic shock, ECMO that drains both atria (LAVA), within 24 hours",
        68,
        Source("Fadel R et al. 2024, ASAIO J 70:7 (conference)",
               place="abstract, scholarlycommons.henryford.com/cardiology_mtgabstracts/609",
               confidence="C1"),
        (f"{SHOCK} ECMO at 4 L/min (memory). A cannula with holes in both atria is not simulated; "
         "a hole of 12 mm in the septum stands for it.",),
    ),
    "ng": Study(
        "Ng 2023",
        "Peripheral VA-ECMO at full and at half flow, mostly after infarction",
        54,
        Source("Ng PY et al. 2023, Front Cardiovasc Med", "10.3389/fcvm.2023.1147783",
               "abstract; mean ± SD or median (quartiles)", "C1"),
        (f"{SHOCK} Full flow is 4 L/min (memory).",),
    ),
    "feasibility": Study(
        "TandemHeart feasibility 2006",
        "Cardiogenic shock, TandemHeart",
        13,
        Source("Burkhoff D et al. 2006, Catheter Cardiovasc Interv 68:211-217",
               "10.1002/ccd.20796", "abstract", "C1"),
        (f"{SHOCK} TandemHeart at 3.5 L/min (memory). Before: cardiac index 2.09 ± 0.64 L/min/m², "
         "arterial pressure 70.6 ± 11.1, wedge pressure 27.2 ± 12.2, central venous pressure "
         "12.9 ± 3.7 mmHg. Unchanged is read as: by less than 13 patients would have shown "
         "(2.8 mmHg).",),
    ),
}  # fmt: skip
"""Every study of the group "further", by key."""
