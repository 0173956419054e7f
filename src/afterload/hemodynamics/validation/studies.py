"""The studies of the validation table; what was read of them is told with each (hemodynamics
reference E, and the abstracts at the addresses given)."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.validation.further_studies import FURTHER_STUDIES
from afterload.hemodynamics.validation.row import Study

STUDIES: dict[str, Study] = {
    "isar": Study(
        "ISAR-SHOCK 2008",
        "Shock after myocardial infarction, IABP or Impella 2.5; change of the cardiac index at "
        "30 minutes",
        26,
        Source(
            "Seyfarth M et al. 2008, J Am Coll Cardiol 52:1584-1588",
            place="abstract, pubmed 19007597", confidence="C1",
        ),
        ("Impella 2.5 at P8; body surface 1.9 m² (memory).",),
    ),
    "burkhoff2006": Study(
        "Burkhoff 2006",
        "Cardiogenic shock, TandemHeart or IABP",
        42,
        Source("Burkhoff D et al. 2006, Am Heart J 152:469", place="abstract; directions alone",
               confidence="C1"),
        ("TandemHeart at 3.5 L/min (memory).",),
    ),
    "kar": Study(
        "Kar 2011",
        "Refractory shock, TandemHeart",
        117,
        Source("Kar B et al. 2011, J Am Coll Cardiol 57:688-696",
               place="abstract, pubmed 20950980", confidence="C1"),
        ("TandemHeart at 7,500 rpm (memory). Half were under chest compression, which is not "
         "simulated.",),
    ),
    "php": Study(
        "SHIELD II roll-in",
        "High-risk coronary intervention, EF 35 % or less, HeartMate PHP",
        75,
        Source("Kapur NK et al., SHIELD II roll-in cohort", place="abstract, Einstein repository",
               confidence="C1"),
        ("Simulated in the adult with dilated cardiomyopathy, who is sicker than they were.",),
    ),
    "lin": Study(
        "Lin",
        "Septostomy by Inoue balloon on VA-ECMO, EF 15 %",
        15,
        Source("Lin et al., transseptal decompression by Inoue balloon on ECMO",
               place="abstract: oedema resolves; no pressures", confidence="C1"),
        ("ECMO at 4 L/min, hole as the device file has it (memory). Oedema is read as wedge "
         "pressure.",),
    ),
    "ostadal": Study(
        "Ošťádal 2015",
        "Pigs of 45 kg, hypoxic shock, femoral VA-ECMO up to 5 L/min",
        5,
        Source("Ostadal P et al. 2015, J Transl Med 13:266", "10.1186/s12967-015-0634-6",
               "abstract, PMC4537539; ± is SEM", "C1"),
        ("Baseline is taken without ECMO; the abstract gives the same output for shock and for "
         "1 L/min.",),
    ),
    "hala": Study(
        "Hála 2020",
        "Pigs, chronic heart failure by pacing, femoral VA-ECMO up to 5 L/min",
        5,
        Source("Hala P et al. 2020, J Transl Med 18:75", "10.1186/s12967-020-02250-x",
               "abstract, PMC7017528", "C1"),
        ("± is read as SD. Weight 60 kg (memory). The isovolumic contractility index did not "
         "change either; it has no spread to judge by, and Ees, which rises here, is not it.",),
    ),
    "belohlavek": Study(
        "Bělohlávek 2012",
        "Pigs of 50 kg, ventricular fibrillation, VA-ECMO at 100 mL/kg/min; per cent of baseline",
        11,
        Source("Belohlavek J et al. 2012, Crit Care 16:R50", "10.1186/cc11254", "abstract", "C1"),
        ("The balloon beats at the rate of the beating heart.",),
    ),
    "nix": Study(
        "Nix 2020",
        "Pigs, myocardial infarction, Impella CP or VA-ECMO, both above 3 L/min",
        10,
        Source("Nix C et al. 2020, ASAIO J", place="PMC7299088, abstract", confidence="C1"),
        ("ECMO at 3.2 L/min, Impella CP at P8. The baseline is not in what was read; simulated in "
         "the pig with hypoxic shock.",),
    ),
    "moller": Study(
        "Møller-Helgestad 2019",
        "Pigs, shock by microspheres, Impella CP or VA-ECMO for 60 minutes",
        14,
        Source("Møller-Helgestad OK et al. 2019, EuroIntervention 14:e1585-e1592",
               "10.4244/EIJ-D-18-00684", "abstract; mean [95 % CI]", "C1"),
        ("7 pigs in each arm (14 in all). ECMO at 4 L/min, Impella CP at P8 (memory). Cerebral "
         "venous blood is read as that of the superior vena cava.",),
    ),
    "meani": Study(
        "Meani",
        "Pigs of 54 kg, shock on VA-ECLS, then Impella or a drain in the pulmonary artery",
        12,
        Source("Meani P et al., Transaortic or pulmonary artery drainage on V-A ECLS",
               place="abstract, cris.maastrichtuniversity.nl", confidence="C1"),
        ("Simulated in the pig with hypoxic shock. ECLS at 4 L/min, 1 L/min of it from the "
         "pulmonary artery; Impella CP at P8 (memory).",),
    ),
    "thiele2001": Study(
        "Thiele 2001", "Cardiogenic shock, TandemHeart", 18,
        Source("Thiele H et al. 2001, Circulation", place="memory", confidence="M"),
    ),
    "thiele2005": Study(
        "Thiele 2005", "Cardiogenic shock, TandemHeart or IABP", 41,
        Source("Thiele H et al. 2005, Eur Heart J", place="memory", confidence="M"),
    ),
    "review": Study(
        "Burkhoff 2015, Donker 2019, Petroni 2014",
        "What reviews and simulations say of unloading", 0,
        Source("Burkhoff 2015 JACC; Donker 2019; Petroni 2014", place="memory", confidence="M"),
    ),
    "cardiosim": Study(
        "CARDIOSIM 2023",
        "Another simulator, cardiogenic shock",
        0,
        Source("De Lazzari C et al. 2023, PMC10198323", place="abstract", confidence="C1"),
        ("A simulation, not a measurement.",),
    ),
    **FURTHER_STUDIES,
}  # fmt: skip
"""Every study, by key."""
