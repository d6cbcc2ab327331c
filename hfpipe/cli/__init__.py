"""
The command line (extra `cli`): answers on standard output, everything else on standard error.

Floor 7. A secret is never taken from the command line: tokens come from the environment or the
saved login.
"""
