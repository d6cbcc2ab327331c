"""The stages of a walk, one a file; `hfpipe.standard` puts them in their order."""
