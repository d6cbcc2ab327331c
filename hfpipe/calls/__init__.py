"""
One function per task: the written-out signatures that editors complete and checkers check.

Floor 7. A signature is all there is to a function here: what it is called with goes to the walk
as it is. `hfpipe.raising` and `hfpipe.aio` are made of the same functions.
"""
