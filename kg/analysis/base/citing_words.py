"""What is known of the works that cite a work, in words: how many of how many known lists, the share, and how sure it is."""

from typing import Any

from kg.analysis.populations import Population

THRESHOLDS = (1 / 50, 1 / 100, 1 / 200)
_MANY = 200  # works of which a hundredth is more than one
CANNOT_SAY, WELL_KNOWN = "cannot say", "well known"


def written(row: dict[str, Any]) -> str:
    """The share of a work in words: how many of how many known lists, the share and its interval.

    Examples
    --------
    >>> row = {"k": 2, "n": 75, "population": 77, "value": 2 / 77, "low": 2 / 77, "high": 4 / 77}
    >>> written(row | {"least": 2 / 77, "most": 4 / 77})
    '2 of 75 (2.6 to 5.2 %)'
    >>> row = {"k": 8, "n": 359, "population": 4427, "value": 0.02, "low": 0.004, "high": 0.042}
    >>> written(row | {"least": 8 / 4427, "most": 4076 / 4427})
    '8 of 359 (2 %, 90 %: 0.4 to 4.2)'
    >>> written(row | {"least": 8 / 4427, "most": 0.042})
    '8 of 359 (2 %, at least 0.4 %)'
    """
    part = f"{row['k']:,} of {row['n']:,}"
    if row["value"] is None:
        return part
    share, low, high = (
        f"{figure:.0f}" if figure >= 10 else f"{figure:.2g}"
        for figure in (100 * row["value"], 100 * row["low"], 100 * row["high"])
    )
    if row["low"] == row["high"]:
        return f"{part} ({share} %)"
    if row["high"] < row["most"]:
        return f"{part} ({share} %, 90 %: {low} to {high})"
    if row["low"] < row["value"]:
        return f"{part} ({share} %, at least {low} %)"
    return f"{part} ({share} % or more)" if row["high"] == 1 else f"{part} ({share} to {high} %)"


def in_words(row: dict[str, Any], *, of: Population, reach: bool = False) -> str:
    """What a row says of a work, in a sentence: of which population, how many of how many known lists, how sure.

    Examples
    --------
    >>> ismir = Population(name="ismir-2018", members=tuple(range(77)), lists=(True,) * 75 + (False,) * 2)
    >>> row = {"k": 2, "n": 75, "population": 77, "value": 2 / 77, "low": 2 / 77, "high": 4 / 77, "probability": 1.0}
    >>> in_words(row | {"verdict": "cited by 2 of the 75"}, of=ismir)
    'cited by 2 of the 75 works of ismir-2018 whose reference lists are known (77 in all)'
    >>> later = Population(name="later", members=tuple(range(4427)), lists=(False,) * 4427, label="later works")
    >>> row = {"k": 8, "n": 359, "population": 4427, "value": 0.02, "low": 0.004, "high": 0.042, "probability": 0.93}
    >>> in_words(row | {"verdict": "cited by fewer than 1 in 20"}, of=later).split("; ")[1:]
    ['of all 4,427 an estimated 2 % cite it (90 % interval: 0.4 to 4.2 %)', 'cited by fewer than 1 in 20, with a probability of 93 %']
    """
    k, n, size = f"{row['k']:,}" if row["k"] else "none", f"{row['n']:,}", f"{row['population']:,}"
    if not row["population"]:
        return f"none of the {of.words} could cite it"
    if not row["n"]:
        return f"not known: of none of the {size} {of.words} that could cite it is the reference list {of.read_as}"
    those = f"{of.words} whose reference lists are {of.read_as}"
    some, does = f"cited by {k} of the {n} {those}", "cite"
    if reach:
        some, does = f"at least {row['k']:,} of the {n} {those} lead back to it along citations", "lead back to"
    beside = [] if row["n"] == row["population"] else [f"{size} in all"]
    if of.detection < 1 and row["least"] == row["most"]:
        some = f"cited by {k} of the {n} {of.words}, each of which was searched for it"
    elif of.detection < 1:
        some = f"found in {'at least ' if row['k'] else ''}{k} of the {n} {those}"
        beside.append(f"{100 * of.detection:.0f} % of the citations in these lists were found")
    if is_counted(row["verdict"]):
        return some + (f" ({'; '.join(beside)})" if beside else "")
    if row["value"] is None:
        return f"{some}, too few to say more of all {size}"
    share, low, high = (f"{100 * row[name]:.2g}" for name in ("value", "low", "high"))
    span = f"at least {low} %" if reach else f"90 % interval: {low} to {high} %"
    some += f"; of all {size} an estimated {share} % {does} it ({span})"
    if row["verdict"] == CANNOT_SAY:
        return some
    means = " (in the most cited tenth of the works of its time)" if row["verdict"] == WELL_KNOWN else ""
    return f"{some}; {row['verdict']}{means}, with a probability of {certain(row['probability'])}"


def is_counted(verdict: str) -> bool:
    """Whether a verdict tells what was counted in the known lists of a whole population, not what was estimated."""
    return " of the " in verdict


def brief(row: dict[str, Any]) -> str:
    """The verdict in the few words a table has room for; of what is counted, the numbers its share lies between.

    Examples
    --------
    >>> brief({"verdict": "little known: cited by fewer than 1 in 200"}), brief({"verdict": "well known"})
    ('little known, < 1 in 200', 'well known')
    >>> brief({"verdict": "cited by 3 of the 750", "low": 0.004, "high": 0.0043, "N": 750})
    '< 1 in 200'
    """
    if is_counted(row["verdict"]):
        if row["N"] < _MANY:
            return ""
        fewer = [t for t in THRESHOLDS if row["high"] < t]
        more = [t for t in THRESHOLDS if row["low"] > t]
        return f"< 1 in {1 / min(fewer):.0f}" if fewer else f"> 1 in {1 / max(more):.0f}" if more else ""
    words: str = row["verdict"].replace("cited by fewer than", "<").replace("cited by more than", ">")
    return words.replace(": <", ", <")


def certain(probability: float) -> str:
    """A probability in per cent, never rounded up to certainty.

    Examples
    --------
    >>> certain(0.934), certain(0.9999)
    ('93 %', 'over 99 %')
    """
    return "over 99 %" if probability >= 0.995 else f"{probability:.0%}".replace("%", " %")


def how_sure(row: dict[str, Any]) -> str | None:
    """The probability of a verdict as a table shows it; "counted" for what is no estimate, None where nothing is said.

    Examples
    --------
    >>> how_sure({"verdict": "well known", "probability": 0.999}), how_sure({"verdict": "cited by 2 of the 86", "probability": 1})
    ('>99 %', 'counted')
    """
    if row["probability"] is None:
        return None
    return "counted" if is_counted(row["verdict"]) else certain(row["probability"]).replace("over ", ">")
