"""Where Postfix, enforcing a policy by itself, does something else than Weft, and why. docs/oracles.md explains them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What becomes of the message there, and why that is not what Weft does."""

    result: str
    why: str


# (row, oracle) -> what is different.
DIFFERENCES: dict[tuple[str, str], Difference] = {}
