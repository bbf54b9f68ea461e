"""The guard of SPARQL: what it refuses and how it says so, tokens, values for variables, hostile queries."""

import os
import re
import sys

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.sparql.parser import parseQuery

from kg.errors import InputError, KgError, UnknownName
from kg.output.rdf.guard import DEPTH, LENGTH, PARTS, STEPS, check, tokens
from kg.output.rdf.query_process import run
from kg.output.rdf.sparql import query
from kg.output.rdf.vocab import prefixes

KNOWN = prefixes("g")
SERVICE = "SERVICE <http://127.0.0.1:8080/> { ?x ?y ?z }"


def small() -> ox.Store:
    """A store of five triples."""
    store = ox.Store()
    store.load(b"<urn:a> <urn:p> <urn:b>, -1 . <urn:b> <urn:p> 'C:\\\\users'; <urn:q> 1 .", ox.RdfFormat.TURTLE)
    return store


def rows(text: str, **values: ox.NamedNode | ox.Literal) -> list[str]:
    """The first cells of the answer to a checked query."""
    found = ox.parse_query_results(run(small(), check(text, KNOWN, values).text)[1], ox.QueryResultsFormat.JSON)
    return sorted(str(row[0]) for row in found)


def refusal(text: str) -> InputError | None:
    """Why the guard refuses a query; None where it does not."""
    try:
        check(text, KNOWN)
    except InputError as error:
        return error
    return None


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ {SERVICE} }}",
        f"SELECT * {{ {{ ?a ?b ?c }} UNION {{ {SERVICE} }} }}",
        f"ASK {{ OPTIONAL {{ {SERVICE} }} }}",
        f"SELECT * {{ ?a ?b ?c MINUS {{ {SERVICE} }} }}",
        f"SELECT * {{ {{ SELECT * {{ GRAPH ?g {{ {SERVICE} }} }} }} }}",
        f"SELECT * {{ ?a ?b ?c FILTER(!(NOT EXISTS {{ {SERVICE} }})) }}",
        f"SELECT (EXISTS {{ {SERVICE} }} AS ?e) {{ ?a ?b ?c }}",
        f"SELECT * {{ ?a ?b ?c }} ORDER BY (EXISTS {{ {SERVICE} }})",
        f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {SERVICE} }}",
        f"DESCRIBE ?a {{ {SERVICE} }}",
        f"ASK {{ ?a ?b 1{SERVICE} }}",
        f"SELECT * {{ SERV\\u0049CE {SERVICE[8:]} }}",
        f"SELECT * {{ sErViCe {SERVICE[8:]} }}",
    ],
)
def test_service_is_refused_wherever_it_stands(text):
    """The message names the server, the line and the column."""
    column = text.upper().index("SERV") + 1
    with pytest.raises(InputError) as caught:
        check(text, KNOWN)
    assert caught.value.message.startswith(f"SERVICE <http://127.0.0.1:8080/> at line 1, column {column}: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"SELECT * {{ ?s ?p ?o # note \r {SERVICE}\n}}", "SERVICE <http://127.0.0.1:8080/> at line 2, column 2: "),
        (
            f"SELECT * {{ ?s ?p ?o # note \\u000A {SERVICE}\n}}",
            "SERVICE <http://127.0.0.1:8080/> at line 2, column 2: ",
        ),
        ("ASK { SERVICE silent e:x { } }", "SERVICE silent e:x at line 1, column 7: "),
        ("ASK FROM e:x { }", "FROM e:x at line 1, column 5: "),
        ("ASK FROM NAMED <http://x/g> { }", "FROM NAMED <http://x/g> at line 1, column 5: "),
        ("ASK { ?a ?b trueSERVICE <http://x/> { } }", "SPARQL syntax error at line 1, column 13, near 'trueSERVICE"),
        ("SELCT ?a {}", "SPARQL syntax error at line 1, column 1, near 'SELCT ?a {}': 'SELCT' is not a word of SPARQL"),
        ("ASK { ?s ?p 'x }", 'SPARQL syntax error at line 1, column 13, near "\'x }": a string that is not closed'),
        (
            "ASK {\n ?s ?p (1 2 }",
            "SPARQL syntax error at line 2, column 13, near '}': '}' closes no bracket, and '(' at line 2, column 8 is open",
        ),
        ("ASK { {", "SPARQL syntax error at line 1, column 7, near '{': '{' is not closed"),
        ("", "SPARQL syntax error at line 1, column 1, near 'the end': the query is empty"),
        ('ASK { ?s ?p "\\uD800" }', "invalid character in the query"),
        ('ASK { ?s ?p "\\UFFFFFFFF" }', "invalid character in the query"),
        ('ASK { ?s ?p "\\u12" }', "SPARQL syntax error"),
        (
            f"ASK {{ ?s ?p ?o # \\U000A '''\n ?o . {SERVICE} . ?x ?y # \\U000A'''\n}}",
            "SERVICE <http://127.0.0.1:8080/> at",
        ),
        ("ASK { OPTIONAL { ?a nope:b ?c } }", "the prefix nope: is not declared (line 1, column 21)"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "SPARQL updates such as INSERT DATA are not allowed"),
        ("PREFIX x: <urn:x> DELETE WHERE { ?a ?b ?c }", "SPARQL updates such as DELETE WHERE are not allowed"),
        ("LOAD <http://127.0.0.1:8080/>", "SPARQL updates such as LOAD are not allowed"),
        ("DROP DEFAULT", "SPARQL updates such as DROP are not allowed"),
    ],
)
def test_what_is_refused_is_told(text, told):
    """Each refusal says what stands where, in one line."""
    with pytest.raises(InputError) as caught:
        check(text, KNOWN)
    assert caught.value.message.startswith(told)
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT ?s { ?s ?p -1 }", ["<urn:a>"]),
        ("SELECT ?s { ?s <urn:q> ?o FILTER(?o-1>-1&&((((?o))))=1) }", ["<urn:b>"]),
        ('SELECT ?s { ?s ?p "C:\\\\users" }', ["<urn:b>"]),
        ("SELECT ?s { ?s ?p '''C:\\\\users''' }", ["<urn:b>"]),
        ("SELECT ?s { ?s <urn:q>/^<urn:q> ?s . ?s <urn:p>?x }", ["<urn:b>"]),
        ('SELECT ?s { ?s <urn:q> ?o FILTER("SERVICE <http://x/> { }" != "LOAD") }', ["<urn:b>"]),
        ("SELECT ?service { ?service <urn:q> ?LOAD } # SERVICE <http://x/> { }", ["<urn:b>"]),
        ("PREFIX service: <urn:> SELECT ?a { ?a service:q ?b }", ["<urn:b>"]),
        ("PREFIX From: <urn:> SELECT ?a { ?a From:q ?b MINUS { ?a From:p From:SERVICE } }", ["<urn:b>"]),
        ("SELECT ?s { ?s <urn:q> 1 MINUS { ?s <urn:SERVICE#LOAD> ?o } }", ["<urn:b>"]),
        ('SELECT (CONCAT (?x, \'\\u0041\', """a"b""") AS ?y) { BIND(\'\\t\' AS ?x) }', ['"\\tAa\\"b"']),
        ("BASE <urn:x:> SELECT ?s { ?s <urn:q> [] FILTER NOT EXISTS { ?s <y> _:b } }", ["<urn:b>"]),
    ],
)
def test_what_was_once_refused_is_read(text, found):
    """Negative numbers, brackets, backslashes and words of updates where they are data: all are read as SPARQL says."""
    assert rows(text) == found


def test_each_engine_can_read_it_in_one_way_only():
    """A prefix named as a keyword, a comment, an IRI after an operand: the text that runs holds none of them."""
    for text in (
        "PREFIX SERVICE: <http://127.0.0.1/> PREFIX : <urn:> SELECT * { SERVICE:x ?b ?c }",
        "PREFIX SERVICEsilent: <http://127.0.0.1/> ASK { SERVICEsilent:x ?b ?c }",
        "ASK { ?a ?b ?c FILTER(?a<'&&?c>') SERVICE <http://127.0.0.1/> { } FILTER(?c=')#')\n }",
        "ASK { ?a ?b ?c # SERVICE <http://127.0.0.1/> { }\r }",
    ):
        written = check(text, {}).text
        assert "SERVICE" not in re.sub('"[^"]*"', "", written.upper())
        assert "#" not in written
    with pytest.raises(SyntaxError):
        run(small(), check("ASK { ?a ?b ?c FILTER(?a<?b&&?c>?b) }", {}).text)


def test_values_stand_in_for_variables_as_terms():
    """A value is a term wherever the variable stands, in what is selected and grouped too; in strings nothing changes."""
    a, text = ox.NamedNode("urn:a"), ox.Literal("C:\\users")
    assert rows("SELECT ?o { ?w ?p ?o }", w=a) == ['"-1"^^<http://www.w3.org/2001/XMLSchema#integer>', "<urn:b>"]
    assert rows("SELECT ?w (COUNT(?o) AS ?n) { ?w ?p ?o } GROUP BY ?w ORDER BY ?w", w=a) == ["<urn:a>"]
    assert rows("SELECT ?s { ?s ?p $t FILTER(?t != '?t') }", t=text) == ["<urn:b>"]
    assert rows("SELECT ?s { ?s ?p ?t }", t=ox.Literal(-1)) == ["<urn:a>"]
    assert rows("SELECT ?s { ?s ?p ?t }", t=ox.Literal('" . ?x ?y ?z . #')) == []
    assert rows("SELECT ?x { { SELECT ?w ?x { ?w <urn:p> ?x } LIMIT 5 } ?x <urn:q> 1 }", w=a) == ["<urn:b>"]
    with pytest.raises(UnknownName, match="variable in this query named 'work'"):
        rows("SELECT ?o { ?w ?p ?o }", work=a)
    for said in ("VALUES ?w { 1 }", "BIND(1 AS ?w)"):
        with pytest.raises(InputError, match=r"gives \?w its value"):
            rows(f"SELECT ?o {{ ?s ?p ?o {said} }}", w=a)


def test_a_query_for_elsewhere_stays_as_it_is():
    """Another endpoint may be asked what kg refuses here, with kg's prefixes added and values in place; updates never."""
    text = "SELECT * FROM <urn:g> { SERVICE <urn:s> { ?w cito:cites <urn:y> } OPTION(TRANSITIVE) ?w my:x 1 }"
    written = check(f"PREFIX my: <urn:my:> {text}", KNOWN, {"w": ox.NamedNode("urn:a")}, elsewhere=True).text
    assert written.startswith("PREFIX cito: <http://purl.org/spar/cito/> PREFIX my: <urn:my:> SELECT * FROM <urn:g>")
    assert "<urn:a> cito:cites <urn:y>" in written
    with pytest.raises(InputError, match="not allowed"):
        check("CLEAR ALL", KNOWN, elsewhere=True)


# one text for each kind of token, as SPARQL's grammar defines it
PIECE = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=6).map(
        lambda s: ("iri", "<" + re.sub(r'[\x00-\x20<>"{}|^`\\]', "", s) + ">")
    ),
    st.text(alphabet="ab'\" #<>SERVICE{\\\t", max_size=8).map(
        lambda s: ("text", '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"')
    ),
    st.text(alphabet="ab'\"\n\r #<>SERVICE{", max_size=8).map(
        lambda s: ("text", "'''" + re.sub("'''|'$", "", s).rstrip("'") + "'''")
    ),
    st.text(alphabet="a'\"<>SERVICE{ ", max_size=6).map(lambda s: ("", f"#{s}\n")),
    st.sampled_from(
        [("variable", "?x1"), ("variable", "$SERVICE"), ("name", "e:a.b"), ("name", ":x\\'%41"), ("name", "e:"), ("blank", "_:b.1"),
         ("number", "-1.5e3"), ("number", ".5"), ("word", "ASK"), ("sign", "<"), ("sign", "&&"), ("sign", "^^"), ("language", "@en-GB")]
    ),
)  # fmt: skip


@given(st.lists(PIECE, max_size=8))
def test_tokens_are_those_of_the_grammar(pieces):
    """What was put together from strings, IRIs, names and comments is taken apart into the same, whatever words are inside."""
    found = [(token.kind, token.text) for token in tokens(" ".join(text for _, text in pieces))]
    assert found == [piece for piece in pieces if piece[0]]


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20), st.sampled_from(['"', "'", '"""', "'''"])
)
def test_a_string_means_what_it_meant(value, quote):
    """A string of any characters, in any quotes, gives the same literal to Oxigraph from the text that is written anew."""
    marked = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace(quote[0], f"\\{quote[0]}")
    text = f"SELECT ({quote}{marked}{quote} AS ?x) {{}}"
    found = ox.parse_query_results(run(ox.Store(), check(text, {}).text)[1], ox.QueryResultsFormat.JSON)
    assert [row[0].value for row in found] == [value]


WORDS = ["SELECT", "*", "ASK", "{", "}", "(", ")", "?s", "?p", "<urn:SERVICE>", "'SERVICE'", '"""', "'", "#", "\n", SERVICE,
         "SERVICE", "e:SERVICE", "PREFIX e: <urn:>", "FILTER", "<", ">", "1", ".", "OPTIONAL", "<'>", "\\u0022", "FROM"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_no_query_with_service_gets_through(text):
    """Whatever rdflib's grammar reads as a SERVICE or FROM in a query, the guard does not let pass."""
    for asked in (text, f"SELECT * {{ {text} }}"):
        try:
            tree = str(parseQuery(check(asked, {}).text))
        except (InputError, UnknownName):
            continue
        except Exception:  # noqa: BLE001, S112  (no query at all: Oxigraph says so)
            continue
        assert "ServiceGraphPattern" not in tree
        assert "DatasetClause" not in tree


def nested(before: str, inside: str, after: str, n: int) -> str:
    """A text inside n pairs of others."""
    return before * n + inside + after * n


#: Queries made to harm: each grows with n; at the sizes below some are refused, the others must end in time.
HOSTILE = {
    "brackets": lambda n: f"ASK {{ FILTER({nested('(', '1', ')', n)}) }}",
    "calls": lambda n: f"ASK {{ FILTER({nested('ABS(', '1', ')', n)}) }}",
    "ifs": lambda n: f"SELECT ({nested('IF(true,', '1', ',1)', n)} AS ?x) {{}}",
    "not": lambda n: f"ASK {{ FILTER({'!' * n}true) }}",
    "sums": lambda n: f"ASK {{ FILTER({'1+' * n}1) }}",
    "signs": lambda n: f"ASK {{ FILTER(1{'-1' * n}) }}",
    "products": lambda n: f"ASK {{ ?s ?p ?o FILTER({'?o*' * n}1) }}",
    "or": lambda n: f"ASK {{ ?s ?p ?o FILTER({'?s=1||' * n}false) }}",
    "groups": lambda n: f"ASK {nested('{', '', '}', n)}",
    "unions": lambda n: f"ASK {{ {'{?a ?b ?c} UNION ' * n}{{}} }}",
    "nested unions": lambda n: f"ASK {{ {nested('{?a ?b ?c} UNION {', '', '}', n)} }}",
    "optionals": lambda n: f"ASK {{ ?a ?b ?c {'OPTIONAL {?a <urn:p> ?c} ' * n} }}",
    "minus": lambda n: f"ASK {{ ?a ?b ?c {'MINUS {?a <urn:z> ?c} ' * n} }}",
    "exists": lambda n: f"ASK {{ ?a ?b ?c {nested('FILTER EXISTS {?a ?b ?c ', '', '}', n)} }}",
    "patterns": lambda n: f"ASK {{ {'?a ?b ?c . ' * n} }}",
    "objects": lambda n: f"ASK {{ ?a ?b {', '.join(['?c'] * n)} }}",
    "chain": lambda n: f"ASK {{ {''.join(f'?a{i} <urn:p> ?a{i + 1} . ' for i in range(n))} }}",
    "filters": lambda n: f"ASK {{ ?a ?b ?c {'FILTER(?a != 1) ' * n} }}",
    "values": lambda n: f"ASK {{ ?a ?b ?c {'VALUES ?c { 1 } ' * n} }}",
    "rows": lambda n: f"ASK {{ ?a ?b ?c VALUES (?c ?d) {{ {'(1 2) ' * n} }} }}",
    "in": lambda n: f"ASK {{ ?a ?b ?c FILTER(?c IN ({','.join(['<urn:a>'] * n)})) }}",
    "sequence": lambda n: f"ASK {{ ?a {'/'.join(['<urn:p>'] * n)} ?c }}",
    "alternatives": lambda n: f"ASK {{ ?a ({'|'.join(['<urn:p>'] * n)})* ?c }}",
    "stars": lambda n: f"ASK {{ ?a {nested('(', '<urn:p>', ')*', n)} ?c }}",
    "inverse": lambda n: f"ASK {{ ?a {nested('^(', '<urn:p>', ')', n)} ?c }}",
    "list": lambda n: f"ASK {{ ?a ?b ({'1 ' * n}) }}",
    "lists": lambda n: f"ASK {{ ?a ?b {nested('(', '1', ')', n)} }}",
    "hidden list": lambda n: f"ASK {{ ?a ?b ?c FILTER(?a<{'(' * n}1{')' * n}>?c) }}",
    "nodes": lambda n: f"ASK {{ ?a ?b {nested('[ ?p ', '1', ']', n)} }}",
    "subqueries": lambda n: f"SELECT * {nested('{ SELECT * ', '{}', '}', n)}",
    "columns": lambda n: f"SELECT {' '.join(f'(1 AS ?x{i})' for i in range(n))} {{ ?a ?b ?c }}",
    "counts": lambda n: f"SELECT {' '.join(f'(COUNT(?a) AS ?x{i})' for i in range(n))} {{ ?a ?b ?c }}",
    "quotes": lambda n: f"ASK {{ ?a ?b {'<<' * n} }}",
    "strings": lambda n: 'ASK { ?a ?b "' + "\\" * n + '" }',
    "open string": lambda n: 'ASK { ?a ?b """' + '""a' * n,
    "dots": lambda n: f"ASK {{ ?a ?b work:{'.' * n} }}",
    "comment": lambda n: "ASK {} #" + "(" * n,
    "join": lambda n: f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(min(n, 60)))} }}",
    "sort": lambda n: f"SELECT * {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(min(n, 30)))} }} ORDER BY ?a1",
    "long answer": lambda n: f"SELECT * {{ {' '.join(f'?a{i} ?b{i} ?c{i} .' for i in range(min(n, 30)))} }}",
    "text": lambda n: f"SELECT (STRLEN({nested('CONCAT(?x, ?x, ', '?x', ')', min(n, 90))}) AS ?n) {{ BIND('{'x' * 9000}' AS ?x) }}",
    "pattern": lambda n: f"ASK {{ ?a ?b ?c FILTER REGEX('{'a' * min(n, 5000)}', '{'(a*)*' * min(n, 500)}b') }}",
}  # fmt: skip


def spent() -> float:
    """The CPU seconds of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


@pytest.mark.parametrize("name", HOSTILE)
def test_limits_hold_before_an_engine_sees_the_query(name):
    """The guard reads a query past its limits in seconds, and what it lets through has no more than these.

    Longer ones, of 30,000 parts, are for the test below.
    """
    began, written, refused = spent(), "", None
    try:
        written = check(HOSTILE[name](3 * PARTS), KNOWN).text
    except InputError as error:
        refused = error
    assert written.count("{") <= 2 * PARTS
    assert refused is None or (refused.hint and "\n" not in refused.message)
    assert spent() - began < 10


@pytest.mark.long
@pytest.mark.parametrize("name", HOSTILE)
def test_no_accepted_query_crashes_or_outstays_its_time(name, tmp_path):
    """Of growing hostile queries every one is refused, answered or stopped: none ends its process by a crash."""
    store = ox.Store(str(tmp_path / "s"))
    store.extend(list(small()))
    store.flush()
    del store
    growing = {HOSTILE[name](n): n for n in (99, STEPS - 1, 1_000, PARTS - 10, 30_000)}  # some grow no further
    for text, n in growing.items():
        began, said = spent(), ""
        try:
            query(tmp_path / "s", check(text, KNOWN), KNOWN, timeout_s=2)
        except KgError as error:
            said = error.message
        assert "exit code" not in said, n
        assert spent() - began < (3 if n < 30_000 else 12), n


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (nested("ASK {" + "{" * DEPTH, "", "}" * DEPTH + "}", 1), f"nested more than {DEPTH} brackets deep"),
        (HOSTILE["sequence"](STEPS + 2), f"has more than {STEPS} steps of paths"),
        (HOSTILE["sums"](PARTS + 1), f"has more than {PARTS:,} patterns and operators"),
        ("ASK {}" + " " * LENGTH, "characters; at most 1,000,000 are read"),
    ],
)
def test_a_limit_is_named(text, told):
    """What goes past a limit is told the limit."""
    with pytest.raises(InputError, match=told):
        check(text, KNOWN)


def test_3000_iris_are_checked_at_once_without_rdflib():
    """A list of 3,000 IRIs takes no second, and the guard loads no rdflib."""
    from subprocess import run as start

    code = """
import sys
from kg.output.rdf.guard import check
check("ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(f"<urn:x:{n}>" for n in range(3000)) + ")) }", {})
assert not {"rdflib", "pyparsing"} & set(sys.modules)
"""
    assert start([sys.executable, "-c", code], check=False).returncode == 0
    text = "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(f"<urn:x:{n}>" for n in range(3000)) + ")) }"
    began = spent()
    check(text, {})
    assert spent() - began < 1
