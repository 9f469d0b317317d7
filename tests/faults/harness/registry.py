"""The scenarios by name, in the order of their files."""
import dataclasses
import typing


@dataclasses.dataclass
class Scenario:
    name: str
    run: typing.Callable
    quick: bool
    #: Besides the program: "crash" the one with crash points, "previous" that of the version
    #: before, "root" the right to mount, "cluster" three brokers and three databases.
    needs: str
    #: Waits more than it works: may run beside others of its kind.
    together: bool


ALL = {}


def scenario(name, quick=False, needs="", together=False):
    """Registers a function of a World that answers what it counted."""
    def register(function):
        ALL[name] = Scenario(name, function, quick, needs, together)
        return function
    return register
