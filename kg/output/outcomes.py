"""How the retrieval of a reference list is said in words."""

from typing import Final

from kg.model import Outcome

OUTCOME_WORDS: Final = {
    Outcome.COMPLETE: "its whole reference list is known",
    Outcome.EMPTY: "its source says it has no references",
    Outcome.PARTIAL: "part of its reference list is known to be missing",
    Outcome.ELIDED: "its reference list is withheld by the publisher",
    Outcome.CAPPED: "its reference list is cut off at the source's limit",
    Outcome.NOT_FOUND: "its reference list was looked for and not found",
    Outcome.FAILED: "fetching its reference list failed",
    Outcome.UNKNOWN: "its reference list is not known",
}
