"""Lighthouse on the pages that patients read, and what each of them weighs."""
