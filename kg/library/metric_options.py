"""The options of a metric as people give them: texts, which its signature says how to read."""

from typing import Any

from kg.analysis.metric import Metric
from kg.errors import InputError

_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}


def option_kinds(metric: Metric[Any], name: str) -> set[str]:
    """The types that an option of a metric takes, by name.

    Parameters
    ----------
    metric : Metric
        The metric.
    name : str
        One of its options.

    Examples
    --------
    >>> from kg.analysis.metrics.disruption import disruption
    >>> sorted(option_kinds(disruption, "window"))
    ['None', 'str']
    """
    annotation = str(metric.options[name].annotation)
    return {part.strip() for part in annotation.removeprefix("<class '").removesuffix("'>").split("|")}


def option_value(metric: Metric[Any], name: str, text: str) -> str | float | bool | None:
    """The value of an option, given as a text.

    Parameters
    ----------
    metric : Metric
        The metric.
    name : str
        One of its options.
    text : str
        What was given.

    Raises
    ------
    InputError
        If the option takes no such value.

    Examples
    --------
    >>> from kg.analysis.metrics.disruption import disruption
    >>> option_value(disruption, "window", "none"), option_value(disruption, "min_shared", "5")
    (None, 5)
    """
    kinds = option_kinds(metric, name)
    if text.lower() in {"none", "null"} and "None" in kinds:
        return None
    if "bool" in kinds and text.lower() in {"true", "false", "yes", "no", "1", "0"}:
        return text.lower() in {"true", "yes", "1"}
    for kind, convert in (("int", int), ("float", float)):
        if kind in kinds:
            try:
                return convert(text)
            except ValueError:
                continue
    if "str" in kinds:
        return text
    expected = " or ".join(_KINDS.get(kind, kind) for kind in sorted(kinds - {"None"}))
    raise InputError(
        f"invalid value {text!r} for --{name.replace('_', '-')} (expected {expected})",
        f"`kg metrics {metric.name}` shows its options",
    )
