"""Score one patient, and see what a missing input leaves open."""

import afterload

patient = {
    "diagnosis": "myocarditis",
    "age": 30,
    "weight": 70,
    "intubation_h": 4,
    "pip": 18,
    "cardiac_arrest": "none",
    "dbp": 50,
    "pulse_pressure": 30,
    "hco3": 20,
    "acute_liver_fail": "no",
    "acute_cns_dysf": "no",
    "acute_renal_fail": "no",
    "hx_ckd": "no",
}

whole = afterload.score("save", patient)
print(f"SAVE {whole.total:g}, class {', '.join(whole.classes)}")

del patient["hco3"], patient["dbp"]
part = afterload.score("save", patient)
print(f"Without bicarbonate and diastolic pressure: {part.low:g} to {part.high:g}")
print("To ask first:", ", ".join(part.missing))
