"""Runs on its own: the data of a handout comes as JSON on standard input, its PDF leaves on standard output.

A process of its own can be stopped, gives back its memory, and takes nobody along if it breaks. It knows no Django, no
database and no secret. What cannot be set is said on standard error.
"""

import sys
from pathlib import Path

import typst
from fontpkg_atkinson_hyperlegible import ROOT

TEMPLATE = Path(__file__).with_name("handout.typ")


def main() -> int:
    # What the machine has for other scripts may stand in where the font has no letter.
    fonts = typst.Fonts(font_paths=[str(ROOT / "files")])
    try:
        pdf = typst.Compiler(TEMPLATE.read_bytes(), font_paths=fonts).compile(
            format="pdf", pdf_standards="ua-1", sys_inputs={"data": sys.stdin.read()}
        )
    except typst.TypstError as error:
        sys.stderr.write(error.message)
        return 1
    sys.stdout.buffer.write(pdf if isinstance(pdf, bytes) else b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
