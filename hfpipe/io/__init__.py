"""
Where the world is touched: network, clock, threads, environment, disk and logs. Floor 6.

The drivers walk a pipeline and perform what it needs; everything else in here is what they use.
"""
