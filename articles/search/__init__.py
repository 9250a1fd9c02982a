"""Finding sections of live editions by their words.

`finding.find` reads what was typed (`query`), asks the database for candidates (`index`), ranks them (`ranking`) and shows
the words around a match (`excerpts`). `query`, `ranking` and `excerpts` are pure.
"""
