"""The scenarios by name, in the order of their files."""
import dataclasses
import typing


@dataclasses.dataclass
class Scenario:
    name: str
    run: typing.Callable
    quick: bool
    #: What it needs besides the program: "crash" is the build with crash points.
    needs: str


ALL = {}


def scenario(name, quick=False, needs=""):
    """Registers a function of a World that answers what it counted."""
    def register(function):
        ALL[name] = Scenario(name, function, quick, needs)
        return function
    return register
