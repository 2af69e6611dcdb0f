import json

from indexer.formats import read_glossary, write_glossary
from indexer.glossary import Entry
from tests.fakes import fears
from tests.indexer.formats.reading import by_term, notes, read


def jsonld(tmp_path, body, **options):
    return read(tmp_path, "a.jsonld", json.dumps(body), **options)


def term(name, description="A text.", **more):
    return {"@type": "DefinedTerm", "name": name, "description": description, **more}


def test_terms_are_found_wherever_they_are(tmp_path):
    reading = jsonld(
        tmp_path,
        {
            "@graph": [
                term("One"),
                {"@type": "WebPage", "mainEntity": term("Two", inDefinedTermSet={"@id": "#set"})},
                {"@type": ["DefinedTermSet"], "name": "All", "hasDefinedTerm": [term("Three")]},
                {"@type": "schema:DefinedTerm", "schema:name": "Four", "schema:description": "x"},
                {
                    "@type": "http://schema.org/DefinedTerm",
                    "http://schema.org/name": "Five",
                    "http://schema.org/description": "x",
                },
            ]
        },
    )
    assert list(by_term(reading)) == ["One", "Two", "Three", "Four", "Five"]
    assert reading.glossary.title == "All"


def test_texts_in_several_languages(tmp_path):
    names = [{"@value": "Mood", "@language": "en"}, {"@value": "Stimmung", "@language": "de"}]
    body = term(names, {"en": "A lasting state.", "de": ["Ein Zustand.", "Eine Laune."]})
    english, german = (jsonld(tmp_path, body, language=tag) for tag in ("en", "de"))
    assert by_term(english)["Mood"].definitions == ("A lasting state.",)
    assert by_term(german)["Stimmung"].definitions == ("Ein Zustand.", "Eine Laune.")
    body = {"@context": {"@language": "fr"}, **term("Humeur")}
    assert list(by_term(jsonld(tmp_path, body, language="fr"))) == ["Humeur"]


def test_what_is_left_out_is_counted_with_the_reason(tmp_path):
    reading = jsonld(
        tmp_path,
        {
            "@type": "DefinedTermSet",
            "inLanguage": "de",
            "hasDefinedTerm": [
                term("Mood", termCode="m 1", **{"skos:related": [{"@id": "#none"}, "Joy"]}),
                term("Mood", termCode="m 1", **{"skos:related": [{"@id": "#none"}, "Joy"]}),
                term("Joy"),
                term("Bare", None),
                {"@type": "DefinedTerm", "@id": "#reference"},
                {"@type": "DefinedTerm", "@id": "#nameless", "description": "x"},
            ],
        },
    )
    entries = by_term(reading)
    # The code cannot stand in an address.
    assert (entries["Mood"].id, entries["Mood"].see_also) == ("mood", ("Joy",))
    assert notes(reading) == [
        "1 term left out: it stands twice, word for word.",
        "1 term left out: no description in 'en' ('Bare').",
        "1 term left out: no name in 'en' ('#nameless').",
        "1 link left out: no term of this glossary at its end ('#none').",
        "1 set in 'de', read as 'en': see --language ('de').",
    ]


def test_codes_and_addresses_are_ids_where_they_are_one_terms_alone(tmp_path):
    reading = jsonld(
        tmp_path,
        [
            term("A", termCode="1"),
            term("B", **{"@id": "https://example.org/terms#b"}),
            term("C", termCode="2"),
            term("D", termCode="2", url="https://example.org/d"),
        ],
    )
    assert [entry.id for entry in reading.glossary.entries] == ["1", "b", "c", "d"]
    assert [entry.url for entry in reading.glossary.entries] == [
        None,
        "https://example.org/terms#b",
        None,
        "https://example.org/d",
    ]


def test_what_is_written_is_schema_org_a_line_a_term(tmp_path):
    path = tmp_path / "a.jsonld"
    write_glossary(fears(), path)
    text = path.read_text(encoding="utf-8")
    body = json.loads(text)
    assert (body["@type"], body["name"], body["inLanguage"]) == ("DefinedTermSet", "Fears", "en")
    assert body["license"] == {"@type": "CreativeWork", "name": "CC0"}
    assert len(body["hasDefinedTerm"]) == len(fears().entries) == len(text.splitlines()) - 2
    phobia = next(found for found in body["hasDefinedTerm"] if found["termCode"] == "phobia")
    assert phobia["name"] == "Phobia"
    assert phobia["description"] == ["Fear of one thing."]
    assert phobia["alternateName"] == ["Irrational fear"]
    assert phobia["skos:broader"] == [{"@id": "urn:glossary-search:fears:mood"}]
    reading = read_glossary([path])
    assert (reading.glossary.title, reading.glossary.licence) == ("Fears", "CC0")


def test_rdflib_reads_what_is_written_as_the_same_terms(tmp_path):
    """An independent reader, which is given schema.org's context instead of fetching it."""
    from rdflib import Graph, URIRef

    path = tmp_path / "a.jsonld"
    write_glossary(fears(), path)
    body = json.loads(path.read_text(encoding="utf-8"))
    body["@context"][0] = {"@vocab": "https://schema.org/"}
    graph = Graph().parse(data=json.dumps(body), format="json-ld")
    names = {str(name) for name in graph.objects(None, URIRef("https://schema.org/name"))}
    assert names == {entry.term for entry in fears().entries} | {"Fears", "CC0"}


def test_a_title_with_odd_characters_gives_an_address_all_the_same(tmp_path):
    from indexer.glossary import Glossary

    glossary = Glossary((Entry("é/x".replace("/", ""), "É", ("x",)),), title="Ça <va>?")
    for name in ("a.ttl", "a.jsonld"):
        write_glossary(glossary, tmp_path / name)
        reading = read_glossary([tmp_path / name])
        assert reading.glossary.entries == glossary.entries
        assert reading.glossary.title == "Ça <va>?"
