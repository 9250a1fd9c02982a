"""Clinical codes: the form of each system, and which codes stand above which. What a code means is not kept here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """`oid` names it in HL7 requests, `uri` in FHIR."""

    key: str
    name: str
    oid: str
    uri: str


ICD_10_CM = System("icd-10-cm", "ICD-10-CM", "2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm")
SNOMED_CT = System("snomed-ct", "SNOMED CT", "2.16.840.1.113883.6.96", "http://snomed.info/sct")
# Not the same codes as ICD-10-CM, and no table between the two comes with this program: staff give an article either, or both.
ICD_10 = System("icd-10", "ICD-10", "2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10")
SYSTEMS = (ICD_10_CM, SNOMED_CT, ICD_10)
_by_name = {name: system for system in SYSTEMS for name in (system.key, system.oid, system.uri)}

CHARACTERS = re.compile(r"[A-Z0-9][A-Z0-9.-]*")
# Letter, digit, one more; then a point and the rest. “-” stands for characters that a coder must still add.
_icd = {
    ICD_10_CM.key: re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4}|\.[0-9A-Z]{0,3}-{1,4})?"),
    ICD_10.key: re.compile(r"[A-Z][0-9]{2}(\.[0-9]{1,2}|\.[0-9]?-{1,2})?"),
}
_without_point = re.compile(r"([A-Z][0-9][0-9A-Z])([0-9A-Z]{0,4}-*)")
_snomed = re.compile(r"[1-9][0-9]{5,17}")
# The parts of a SNOMED CT number before its check digit that mark a concept.
CONCEPT_MARKS = ("00", "10")
# A category of ICD-10 has three characters: nothing shorter is a code.
SHORTEST = 3


def system_called(name: str) -> System | None:
    """The system of a key, an OID or a FHIR URI."""
    return _by_name.get(name.strip())


def tidy(system: str, code: str) -> str:
    """As it is written: “m7740” is M77.40. What is no code stays as it is, in capitals."""
    text = code.strip().upper()
    if system in _icd and (found := _without_point.fullmatch(text)) and found[2]:
        return f"{found[1]}.{found[2]}"
    return text


def problem(system: str, code: str) -> str:
    """What is wrong with the form of a code, or nothing. An incomplete code is no error: see `is_incomplete`."""
    if not CHARACTERS.fullmatch(code):
        return "Use capitals, digits, points and hyphens."
    if system in _icd:
        return "" if _icd[system].fullmatch(code) else _problem_of_icd(system)
    if system == SNOMED_CT.key:
        return _problem_of_snomed(code)
    return ""


def _problem_of_icd(system: str) -> str:
    if system == ICD_10.key:
        return "An ICD-10 code is a letter and two digits, then perhaps a point and one or two digits: M77.4."
    return "An ICD-10-CM code is a letter, a digit and one more, then perhaps a point and up to four more: M77.40."


def _problem_of_snomed(code: str) -> str:
    if not _snomed.fullmatch(code):
        return "A SNOMED CT code has 6 to 18 digits, and the first is not 0."
    if not has_right_check_digit(code):
        return (
            "This is no SNOMED CT code: its last digit does not fit the others. Is a digit wrong, or are two swapped?"
        )
    if code[-3:-1] not in CONCEPT_MARKS:
        return "This SNOMED CT number names no concept. Use the number of the concept itself."
    return ""


def is_incomplete(code: str) -> bool:
    return code.endswith("-")


# Verhoeff's tables: how two digits are multiplied (the turns and flips of a pentagon), and how a digit changes with its place.
_PRODUCT = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_BY_PLACE = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def has_right_check_digit(number: str) -> bool:
    """Whether the last of some digits fits the others by Verhoeff's rule."""
    check = 0
    for place, digit in enumerate(map(int, reversed(number))):
        check = int(_PRODUCT[check][int(_BY_PLACE[place % 8][digit])])
    return check == 0


def bare(code: str) -> str:
    """What is compared: in capitals, without points, spaces, and hyphens at the end."""
    return "".join(code.split()).upper().replace(".", "").rstrip("-")


def steps(system: str, code: str) -> Iterator[str]:
    """The bare code, then its parents, the nearest first. A SNOMED CT number does not show its parents."""
    whole = bare(code)
    if whole:
        yield whole
    if system in _icd:
        yield from (whole[:length] for length in range(len(whole) - 1, SHORTEST - 1, -1))


@dataclass(frozen=True)
class Match[T]:
    """`code` is the one that was found; `score` how much of the code that was asked for it covers: 1.0 is all of it."""

    item: T
    code: str
    score: float


class Index[T]:
    """Things by their codes."""

    def __init__(self, coded: Iterable[tuple[str, str, T]]) -> None:
        """From (key of the system, code, thing) in the order in which equal matches are to come."""
        self._found: dict[tuple[str, str], list[tuple[str, T]]] = {}
        for system, code, item in coded:
            self._found.setdefault((system, bare(code)), []).append((code, item))

    def find(self, system: str, code: str) -> list[Match[T]]:
        """Each thing once, by the longest code that fits: the code itself first, then its parents.

        A code of ours that is incomplete (M77.4-) stands for the code it begins with (M77.4), and so for all below it.
        """
        found: dict[int, Match[T]] = {}
        whole = bare(code)
        for step in steps(system, code):
            for own, item in self._found.get((system, step), ()):
                found.setdefault(id(item), Match(item, own, round(len(step) / len(whole), 2)))
        return list(found.values())
