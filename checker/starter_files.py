"""The starter self-checks as they stand in the files of `starter/`."""

from pathlib import Path

from checker.definition import Definition, load_yaml

FOLDER = Path(__file__).parent / "starter"


def definitions() -> list[Definition]:
    """All of them, in the order of their file names. Raises DefinitionError."""
    return [load_yaml(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.yaml"))]
