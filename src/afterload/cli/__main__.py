"""`python -m afterload.cli` is the command `afterload`."""

from afterload.cli.main import main

main()
