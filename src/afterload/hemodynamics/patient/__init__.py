"""Patients as parameter sets, every number with its source."""

from __future__ import annotations

from afterload.hemodynamics.patient.ami_lv_shock import AMI_LV_SHOCK
from afterload.hemodynamics.patient.base import Patient, Target
from afterload.hemodynamics.patient.biventricular import BIVENTRICULAR
from afterload.hemodynamics.patient.dcm import DCM
from afterload.hemodynamics.patient.healthy import HEALTHY
from afterload.hemodynamics.patient.postcardiotomy import POSTCARDIOTOMY
from afterload.hemodynamics.patient.rv_shock import RV_SHOCK

PATIENTS: dict[str, Patient] = {
    patient.name: patient
    for patient in (
        HEALTHY,
        AMI_LV_SHOCK,
        BIVENTRICULAR,
        DCM,
        RV_SHOCK,
        POSTCARDIOTOMY,
    )
}
"""Every patient that comes with the package, by the name on the command line."""

__all__ = ["PATIENTS", "Patient", "Target"]
