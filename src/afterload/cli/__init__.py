"""The command line: parse, call, show. It computes nothing."""
