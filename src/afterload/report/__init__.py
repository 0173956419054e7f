"""Results as text, tables, figures, HTML and Word. It draws and computes nothing."""
