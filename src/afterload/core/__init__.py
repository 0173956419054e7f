"""What every room speaks: variables and their units, sources, estimates, columns, errors."""
