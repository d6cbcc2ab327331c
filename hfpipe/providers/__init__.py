"""The providers: a table of rows, and the few functions in which they differ."""
