"""Handouts: parts of articles that a reader chose, as one leaflet to print, to save, and to open again by a short code."""
