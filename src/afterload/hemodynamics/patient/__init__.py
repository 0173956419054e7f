"""Patients as parameter sets, every number with its source."""
