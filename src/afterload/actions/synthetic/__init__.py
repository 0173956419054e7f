"""How the synthetic demo cohort is drawn: people, course, biology, spreadsheet."""
