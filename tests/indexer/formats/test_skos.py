import pytest

from indexer.errors import GlossaryError
from indexer.formats import Relation, WriteOptions, read_glossary, write_glossary
from indexer.glossary import Entry, Glossary
from tests.fakes import fears
from tests.indexer.formats.reading import by_term, notes, read

HEAD = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix ex: <https://example.org/terms/> .
"""
MOOD = 'ex:mood a skos:Concept ; skos:prefLabel "Mood"@en ; skos:definition "A lasting state."@en'


def turtle(tmp_path, text, **options):
    return read(tmp_path, "a.ttl", HEAD + text, **options)


def test_every_property_finds_its_field(tmp_path):
    entry = by_term(
        turtle(
            tmp_path,
            f"""{MOOD} ;
            skos:altLabel "Humour"@en, "Temper" ; skos:hiddenLabel "Moood"@en ;
            skos:example "He is in a mood."@en ; dcterms:source "A book" ;
            skos:related ex:joy ; skos:broader ex:state .
        ex:state a skos:Concept ; skos:prefLabel "State"@en ; skos:definition "What is."@en ;
            skos:narrower ex:joy .
        ex:joy a skos:Concept ; skos:prefLabel "Joy"@en ; skos:definition "A good mood."@en .
        ex:feelings a skos:Collection ; skos:prefLabel "Feelings"@en, "Gefühle"@de ;
            skos:member ex:mood, ex:joy .""",
        )
    )
    assert entry["Mood"] == Entry(
        id="mood",
        term="Mood",
        definitions=("A lasting state.",),
        aliases=("Humour", "Temper"),
        hidden_labels=("Moood",),
        see_also=("joy",),
        broader=("state",),
        category="Feelings",
        example="He is in a mood.",
        source="A book",
        url="https://example.org/terms/mood",
    )
    # A narrower that is said at the other end.
    assert entry["Joy"].broader == ("state",)


@pytest.mark.parametrize(
    ("language", "term"),
    [("en", "Colour"), ("en-US", "Color"), ("de", "Farbe"), ("de-AT", "Farbe"), ("fr", "Chroma")],
)
def test_the_language_chooses_labels_and_definitions(tmp_path, language, term):
    text = """ex:c a skos:Concept ;
        skos:prefLabel "Colour"@en, "Color"@en-US, "Farbe"@de, "Chroma" ;
        skos:definition "What the eye tells of light."@en, "Was das Auge sieht."@de, "Hue." ."""
    entry = turtle(tmp_path, text, language=language).glossary.entries[0]
    definitions = {"e": "What the eye tells of light.", "d": "Was das Auge sieht.", "f": "Hue."}
    assert (entry.term, entry.definitions) == (term, (definitions[language[0]],))


def test_what_is_left_out_is_counted_with_the_reason(tmp_path):
    reading = turtle(
        tmp_path,
        f"""{MOOD} ; skos:related ex:old, ex:bare .
        ex:noted a skos:Concept ; skos:prefLabel "Joy"@en ; skos:scopeNote "A good mood."@en .
        ex:old a skos:Concept ; owl:deprecated true ; skos:prefLabel "Old"@en .
        ex:bare a skos:Concept ; skos:prefLabel "Bare"@en .
        ex:bald a skos:Concept ; skos:prefLabel "Bald"@en ; skos:definition "Kahl."@de .
        ex:fremd a skos:Concept ; skos:prefLabel "Fremd"@de .
        """,
    )
    assert list(by_term(reading)) == ["Mood", "Joy"]
    assert notes(reading) == [
        "1 concept defined by the scope note ('Joy').",
        "1 concept left out: deprecated ('old').",
        "2 concepts left out: no definition or scope note in 'en' ('Bare', 'Bald').",
        "1 concept left out: no label in 'en' ('fremd').",
        "2 links left out: no concept of this glossary at its end ('old', 'bare').",
    ]


def test_labels_and_definitions_may_be_nodes_of_their_own(tmp_path):
    text = """ex:c a skos:Concept ; xl:prefLabel [ xl:literalForm "Mood"@en ] ;
        xl:altLabel [ xl:literalForm "Temper"@en ] ;
        skos:definition [ rdf:value "A lasting state."@en ; dcterms:source "A book" ] ."""
    entry = turtle(tmp_path, text).glossary.entries[0]
    assert (entry.term, entry.aliases) == ("Mood", ("Temper",))
    assert entry.definitions == ("A lasting state.",)


def test_addresses_that_end_alike_give_ids_of_the_whole(tmp_path):
    text = """<https://a.org/1> a skos:Concept ; skos:prefLabel "A"@en ; skos:definition "a"@en .
        <https://b.org/1> a skos:Concept ; skos:prefLabel "B"@en ; skos:definition "b"@en .
        <https://b.org/x%20y> a skos:Concept ; skos:prefLabel "C"@en ; skos:definition "c"@en ."""
    ids = [entry.id for entry in turtle(tmp_path, text).glossary.entries]
    assert ids == ["https-a-org-1", "https-b-org-1", "x-y"]


RELATED = {
    "agoraphobia": [Relation("phobia", 62.345), Relation("insomnia", 41)],
    "phobia": [Relation("agoraphobia", 62.345)],
}


@pytest.mark.parametrize("name", ["a.ttl", "a.jsonld"])
def test_related_lists_carry_their_strength_and_are_left_out_when_read(tmp_path, name):
    path = tmp_path / name
    write_glossary(fears(), path, options=WriteOptions(related=RELATED))
    text = path.read_text(encoding="utf-8")
    assert "strength" in text
    assert "62.3" in text
    assert "ten times rarer" in text
    reading = read_glossary([path])
    entries = by_term(reading)
    assert entries["Agoraphobia"].see_also == ()
    # An editor has linked these two, and the list has them, too.
    assert entries["Phobia"].see_also == ("agoraphobia", "nowhere")
    assert "2 related items left out: computed; they are made anew when an index is built." in (
        notes(reading)
    )


def test_skos_says_related_and_strength_of_each_item(tmp_path):
    from rdflib import SKOS, Graph, URIRef

    path = tmp_path / "a.ttl"
    base = "https://terms.example.org/"
    write_glossary(fears(), path, options=WriteOptions(related=RELATED, base=base))
    graph = Graph().parse(path)
    agoraphobia, phobia = URIRef(f"{base}agoraphobia"), URIRef(f"{base}phobia")
    assert (agoraphobia, SKOS.related, phobia) in graph
    vocabulary = "urn:glossary-search:vocabulary:"
    strengths = {
        str(graph.value(node, URIRef(f"{vocabulary}target"))): float(
            str(graph.value(node, URIRef(f"{vocabulary}strength")))
        )
        for node in graph.objects(agoraphobia, URIRef(f"{vocabulary}relatedness"))
    }
    assert strengths == {f"{base}phobia": 62.3, f"{base}insomnia": 41.0}


def test_nothing_is_related_to_what_is_broader(tmp_path):
    """SKOS forbids it (S27), at any distance."""
    from rdflib import SKOS, Graph

    glossary = Glossary(
        (
            Entry("a", "A", ("x",), see_also=("c", "d"), broader=("b",)),
            Entry("b", "B", ("x",), broader=("c",)),
            Entry("c", "C", ("x",), see_also=("a",), broader=("a",)),
            Entry("d", "D", ("x",)),
        ),
        title="t",
    )
    path = tmp_path / "a.ttl"
    write_glossary(glossary, path)
    related = [str(target)[-1] for target in Graph().parse(path).objects(None, SKOS.related)]
    assert related == ["d"]
    assert read_glossary([path]).glossary.entries[0].see_also == ("d", "c")


def test_addresses_begin_with_the_base(tmp_path):
    path = tmp_path / "a.ttl"
    base = "https://terms.example.org/terms/"
    write_glossary(fears(), path, options=WriteOptions(base=base))
    entry = read_glossary([path]).glossary.entries[0]
    assert (entry.id, entry.url) == ("agoraphobia", f"{base}agoraphobia")


@pytest.mark.parametrize("base", ["terms/", "https://example.org", "https://a b/", "<x>:y/"])
def test_a_base_that_is_no_address_is_refused(tmp_path, base):
    with pytest.raises(GlossaryError, match="give a whole address that ends in / or #"):
        write_glossary(fears(), tmp_path / "a.ttl", options=WriteOptions(base=base))
    assert list(tmp_path.iterdir()) == []


def test_skos_is_written_in_turtle_only_and_in_a_language_that_is_one(tmp_path):
    with pytest.raises(GlossaryError, match=r"a\.rdf: SKOS is written in Turtle; name a file that"):
        write_glossary(fears(), tmp_path / "a.rdf")
    odd = Glossary(fears().entries, title="t", language="no language")
    with pytest.raises(GlossaryError, match="'no language' is no BCP 47 tag; name one with --lang"):
        write_glossary(odd, tmp_path / "a.ttl")
    assert list(tmp_path.iterdir()) == []


def test_definitions_with_line_breaks_and_quotes_come_back(tmp_path):
    text = 'One "two"\n\nthree\\ four """\t\r five'
    glossary = Glossary((Entry("a", "A", (text,)),), title="t")
    for name in ("a.ttl", "a.jsonld", "a.csv", "a.jsonl"):
        write_glossary(glossary, tmp_path / name)
        assert read_glossary([tmp_path / name]).glossary.entries == glossary.entries
