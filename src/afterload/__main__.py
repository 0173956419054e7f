"""`python -m afterload` is the command `afterload`."""

from afterload.cli.main import main

main()
