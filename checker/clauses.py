"""Statements about yes-or-no variables, and an exact solver for them.

A literal is a variable's number (it is true) or minus that number (it is false), as in the DIMACS format.
The solver is Glucose, by way of python-sat. It is complete: if it finds no assignment, there is none.
"""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from pysat.solvers import Solver  # type: ignore[import-untyped]

type Literal = int
type Model = frozenset[int]


class Clauses:
    """Clauses that grow, and questions about them. Use in a `with` statement: the solver's memory is not Python's."""

    def __init__(self) -> None:
        self._solver = Solver("g4")
        self._last = 0
        self._gates: dict[frozenset[Literal], Literal] = {}
        self._counters: dict[tuple[Literal, ...], list[Literal]] = {}
        self.questions = 0
        self.true = self.variable()
        self.false = -self.true
        self.add(self.true)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._solver.delete()

    @property
    def conflicts(self) -> int:
        """How often the solver had to take back a guess: the measure of its work."""
        return int(self._solver.accum_stats()["conflicts"])

    def variable(self) -> Literal:
        self._last += 1
        return self._last

    def add(self, *literals: Literal) -> None:
        """At least one of them is true."""
        self._solver.add_clause(literals)

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """A literal that is true exactly if one of them or more is."""
        wanted = frozenset(literals) - {self.false}
        if self.true in wanted or any(-literal in wanted for literal in wanted):
            return self.true
        if len(wanted) < 2:
            return next(iter(wanted), self.false)
        if wanted not in self._gates:
            gate = self._gates[wanted] = self.variable()
            self.add(-gate, *sorted(wanted, key=abs))
            for literal in wanted:
                self.add(gate, -literal)
        return self._gates[wanted]

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        return -self.any_of(-literal for literal in literals)

    def differ(self, one: Literal, other: Literal) -> Literal:
        return self.any_of([self.all_of([one, -other]), self.all_of([-one, other])])

    def at_most_one(self, literals: Sequence[Literal]) -> None:
        for number, literal in enumerate(literals):
            for other in literals[number + 1 :]:
                self.add(-literal, -other)

    def find(self, *assumed: Literal) -> Model | None:
        """The variables that are true in one assignment where all that is assumed holds, or None."""
        self.questions += 1
        if not self._solver.solve(assumptions=assumed):
            return None
        return frozenset(literal for literal in self._solver.get_model() if literal > 0)

    def find_fewest(self, counted: Sequence[Literal], *assumed: Literal) -> Model | None:
        """As `find`, and as few of the counted variables as possible are true."""
        model = self.find(*assumed)
        while model is not None:
            number = sum(literal in model for literal in counted)
            better = self.find(*assumed, -self._at_least(number, tuple(counted))) if number else None
            if better is None:
                return model
            model = better
        return None

    def _at_least(self, number: int, counted: tuple[Literal, ...]) -> Literal:
        """A literal that must be true if `number` of the counted or more are (Sinz 2005, sequential counter)."""
        known = self._counters.get(counted, [])
        if len(known) < number:
            known = [self.false] * number
            for literal in counted:
                below = [self.true, *known]
                known = [self._step(literal, below[place], known[place]) for place in range(number)]
            self._counters[counted] = known
        return known[number - 1]

    def _step(self, literal: Literal, one_less: Literal, already: Literal) -> Literal:
        if one_less == self.false:
            return self.false
        reached = self.variable()
        self.add(-already, reached)
        self.add(-literal, -one_less, reached)
        return reached
