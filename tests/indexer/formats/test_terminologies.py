"""TBX, OBO, DataHub and CNXML: what becomes of each of their parts, and what is left out."""

from indexer.glossary import Entry
from tests.indexer.formats.reading import by_term, notes, read
from tests.indexer.formats.samples import DATAHUB, OBO

TBX = """\
<tbx type="TBX-Basic" style="dca" xml:lang="en"><text><body>
<conceptEntry id="c1">
  <descrip type="subjectField">Feeling</descrip>
  <ref type="crossReference" target="#c2">joy</ref>
  <ref type="superordinateConceptGeneric" target="c9">state</ref>
  <xref type="externalCrossReference" target="https://example.org/mood">more</xref>
  <langSec xml:lang="en">
    <descripGrp><descrip type="definition">A <hi>lasting</hi>
      state.</descrip><admin type="source">A book</admin></descripGrp>
    <termSec><term>Temper</term>
      <termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></termSec>
    <termSec><term>Humour</term></termSec>
    <termSec><term>Mood</term>
      <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote>
      <descrip type="context">He is in a mood.</descrip>
      <descrip type="context">A black mood.</descrip></termSec>
  </langSec>
  <langSec xml:lang="de"><termSec><term>Stimmung</term></termSec></langSec>
</conceptEntry>
<conceptEntry id="c2"><langSec xml:lang="en">
  <descrip type="definition">A good mood.</descrip>
  <termSec><term>Joy</term></termSec></langSec></conceptEntry>
<conceptEntry id="c3"><langSec xml:lang="en"><termSec><term>Bare</term></termSec></langSec>
</conceptEntry>
<conceptEntry id="c4"><langSec xml:lang="de">
  <descrip type="definition">Etwas.</descrip><termSec><term>Ding</term></termSec></langSec>
</conceptEntry>
<conceptEntry><descrip type="definition" xml:lang="de">Ein Maß.</descrip>
  <descrip type="definition" xml:lang="en">A measure.</descrip>
  <langSec xml:lang="en"><termSec><term>Scale</term></termSec></langSec></conceptEntry>
</body></text></tbx>
"""


def test_every_part_of_a_tbx_concept_finds_its_field(tmp_path):
    reading = read(tmp_path, "a.tbx", TBX)
    entries = by_term(reading)
    assert entries["Mood"] == Entry(
        id="c1",
        term="Mood",
        definitions=("A lasting state.",),
        aliases=("Humour",),
        hidden_labels=("Temper",),
        see_also=("c2",),
        category="Feeling",
        example="He is in a mood.",
        source="A book",
        url="https://example.org/mood",
    )
    # A definition beside the languages, and a concept without an id.
    assert entries["Scale"].definitions == ("A measure.",)
    assert entries["Scale"].id == "scale"
    assert notes(reading) == [
        "1 term found but not shown: deprecated or superseded ('Temper').",
        "1 context left out: an entry has one example ('Mood').",
        "1 concept left out: no definition in 'en' ('Bare').",
        "1 concept left out: no term in 'en' ('c4').",
        "1 link left out: no concept of this glossary at its end ('c9').",
    ]


def test_tbx_is_read_in_the_language_asked_for(tmp_path):
    assert list(by_term(read(tmp_path, "a.tbx", TBX, language="de"))) == ["Ding"]


def test_obo_synonyms_by_scope_and_terms_by_state(tmp_path):
    reading = read(
        tmp_path, "a.obo", OBO.replace("[Typedef]", "! part_of: said by hand\n[Typedef]")
    )
    ego = by_term(reading)["Ego"]
    assert (ego.id, ego.aliases, ego.hidden_labels) == ("SELF:2", ("I",), ("Me",))
    assert ego.broader == ("SELF:1",)
    assert notes(reading) == [
        "1 synonym found but not shown: RELATED ('Me').",
        "1 synonym left out: BROAD, it means more than its term ('Mind').",
        "1 term left out: obsolete ('Alter ego').",
        "1 stanza left out: no [Term] ('part_of').",
    ]


def test_obo_terms_come_in_the_order_of_the_file(tmp_path):
    terms = [f'[Term]\nid: X:{n}\nname: term {n}\ndef: "Number {n}." []\n' for n in range(300)]
    reading = read(tmp_path, "a.obo", "\n".join(["format-version: 1.2\n", *terms]))
    assert list(by_term(reading)) == [f"term {n}" for n in range(300)]


def test_obo_namespaces_are_categories_where_there_are_several(tmp_path):
    one = OBO.replace("name: Ego", "name: Ego\nnamespace: a").replace(
        "name: Déjà vu", "name: Déjà vu\nnamespace: a"
    )
    assert by_term(read(tmp_path, "a.obo", one))["Ego"].category is None
    two = one.replace("namespace: a", "namespace: b", 1)
    assert by_term(read(tmp_path, "b.obo", two))["Ego"].category == "a"


def test_every_part_of_a_datahub_term_finds_its_field(tmp_path):
    text = """\
version: 1
nodes:
  - name: Feelings
    terms:
      - name: Mood
        description: |
          A lasting state.
        term_source: EXTERNAL
        source_ref: A book
        source_url: https://example.org/mood
        inherits: [Feelings.Kinds.State]
        contains:
          - Feelings.Joy
        values: [urn:li:glossaryTerm:grief]
      - name: Joy
        description: A good mood.
        knowledge_links:
          - {label: more, url: https://example.org/joy}
        related_terms: [Elsewhere.Bliss]
      - name: no
        description: The word, and no truth value.
      - name: Empty
    nodes:
      - name: Kinds
        terms:
          - name: State
            description: What is.
terms:
  - name: Grief
    id: urn:li:glossaryTerm:grief
    description: A bad mood.
"""
    reading = read(tmp_path, "a.yml", text)
    entries = by_term(reading)
    assert entries["Mood"] == Entry(
        id="feelings-mood",
        term="Mood",
        definitions=("A lasting state.",),
        see_also=("feelings-joy", "grief"),
        broader=("feelings-kinds-state",),
        category="Feelings",
        source="A book",
        url="https://example.org/mood",
    )
    assert entries["Joy"].url == "https://example.org/joy"
    assert entries["State"].category == "Kinds"
    assert entries["Grief"].category is None
    assert "no" in entries
    assert notes(reading) == [
        "1 term left out: no description ('Empty').",
        "1 link left out: no term of this glossary at its end ('Elsewhere.Bliss').",
    ]


def test_a_problem_of_a_datahub_file_names_the_line(tmp_path):
    import pytest

    from indexer.errors import BadGlossaryError

    with pytest.raises(BadGlossaryError, match=r"a\.yaml:12: an item of 'terms' has no 'name'"):
        read(tmp_path, "a.yaml", DATAHUB.replace("name: Ego", "title: Ego"))


def test_a_cnxml_module_is_the_category_of_its_terms(tmp_path):
    text = """\
<document xmlns="http://cnx.rice.edu/cnxml"><title>Feelings</title><content/><glossary>
<definition id="a"><term>mood </term><meaning> a <emphasis>lasting</emphasis> state</meaning>
<example><para>He is in a mood.</para></example><example><para>Moods pass.</para></example>
<seealso><term>joy</term></seealso></definition>
<definition id="b"><term>joy</term><meaning>a good mood</meaning></definition>
<definition id="c"><term>grief</term></definition>
</glossary></document>
"""
    reading = read(tmp_path, "a.cnxml", text)
    assert by_term(reading)["mood"] == Entry(
        id="mood",
        term="mood",
        definitions=("a lasting state",),
        see_also=("joy",),
        category="Feelings",
        example="He is in a mood.",
    )
    assert reading.glossary.title == "Feelings"
    assert notes(reading) == [
        "1 example left out: an entry has one ('mood').",
        "1 definition left out: no <meaning> ('grief').",
    ]
