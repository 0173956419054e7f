"""One function per thing a user wants; the only place where the rooms meet."""
