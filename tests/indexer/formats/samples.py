"""One small, whole file of every format that is read, all with the same two entries.

"Déjà vu" has two definitions where the format allows, "Ego" an alias; both are in English.
"""

JSONL = """\
{"term": "Déjà vu", "definitions": ["A sense of having been here before.", "A false memory."]}
{"term": "Ego", "definition": "The self as it knows itself.", "aliases": ["I"]}
"""

CSV = """\
term,definitions,aliases
Déjà vu,A sense of having been here before.|A false memory.,
Ego,The self as it knows itself.,I
"""

TURTLE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://example.org/terms/> .

ex:deja-vu a skos:Concept ;
    skos:prefLabel "Déjà vu"@en, "Schon gesehen"@de ;
    skos:definition "A sense of having been here before."@en, "A false memory."@en .
ex:ego a skos:Concept ;
    skos:prefLabel "Ego"@en ;
    skos:altLabel "I"@en ;
    skos:scopeNote "The self as it knows itself."@en ;
    skos:related ex:deja-vu .
"""

RDF_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:Concept rdf:about="https://example.org/terms/deja-vu">
    <skos:prefLabel xml:lang="en">Déjà vu</skos:prefLabel>
    <skos:definition xml:lang="en">A sense of having been here before.</skos:definition>
    <skos:definition xml:lang="en">A false memory.</skos:definition>
  </skos:Concept>
  <skos:Concept rdf:about="https://example.org/terms/ego">
    <skos:prefLabel xml:lang="en">Ego</skos:prefLabel>
    <skos:altLabel xml:lang="en">I</skos:altLabel>
    <skos:definition xml:lang="en">The self as it knows itself.</skos:definition>
  </skos:Concept>
</rdf:RDF>
"""

SKOS_JSON = """\
{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
 "@graph": [
  {"@id": "https://example.org/terms/deja-vu", "@type": "skos:Concept",
   "skos:prefLabel": {"@value": "Déjà vu", "@language": "en"},
   "skos:definition": [{"@value": "A sense of having been here before.", "@language": "en"},
                       {"@value": "A false memory.", "@language": "en"}]},
  {"@id": "https://example.org/terms/ego", "@type": "skos:Concept",
   "skos:prefLabel": {"@value": "Ego", "@language": "en"},
   "skos:altLabel": {"@value": "I", "@language": "en"},
   "skos:definition": {"@value": "The self as it knows itself.", "@language": "en"}}
 ]}
"""

TBX_DCA = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
<tbxHeader><fileDesc><sourceDesc><p>Made for a test</p></sourceDesc></fileDesc></tbxHeader>
<text><body>
<conceptEntry id="c1">
  <langSec xml:lang="en">
    <descripGrp><descrip type="definition">A sense of having
      been here before.</descrip></descripGrp>
    <descripGrp><descrip type="definition">A false memory.</descrip></descripGrp>
    <termSec><term>Déjà vu</term></termSec>
  </langSec>
  <langSec xml:lang="de"><termSec><term>Schon gesehen</term></termSec></langSec>
</conceptEntry>
<conceptEntry id="c2">
  <langSec xml:lang="en">
    <descripGrp><descrip type="definition">The self as it knows itself.</descrip></descripGrp>
    <termSec><term>Ego</term></termSec>
    <termSec><term>I</term></termSec>
  </langSec>
</conceptEntry>
</body></text></tbx>
"""

TBX_DCT = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
     xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<text><body>
<conceptEntry id="c1"><langSec xml:lang="en">
  <descripGrp><basic:definition>A sense of having been here before.</basic:definition></descripGrp>
  <descripGrp><basic:definition>A false memory.</basic:definition></descripGrp>
  <termSec><term>Déjà vu</term></termSec>
</langSec></conceptEntry>
<conceptEntry id="c2"><min:subjectField>The self</min:subjectField><langSec xml:lang="en">
  <descripGrp><basic:definition>The self as it knows itself.</basic:definition></descripGrp>
  <termSec><term>I</term>
    <min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus></termSec>
  <termSec><term>Ego</term>
    <min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
</langSec></conceptEntry>
</body></text></tbx>
"""

TBX_2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><text><body>
<termEntry id="c1">
  <descrip type="definition">A sense of having been here before.</descrip>
  <descrip type="definition">A false memory.</descrip>
  <langSet xml:lang="en"><ntig><termGrp><term>Déjà vu</term></termGrp></ntig></langSet>
</termEntry>
<termEntry id="c2"><langSet xml:lang="en">
  <descripGrp><descrip type="definition">The self as it knows itself.</descrip></descripGrp>
  <tig><term>Ego</term></tig><tig><term>I</term></tig>
</langSet></termEntry>
</body></text></martif>
"""

OBO = """\
format-version: 1.2
ontology: self

[Term]
id: SELF:1
name: Déjà vu
def: "A sense of having been here before." [BOOK:1 "a \\"book\\""]

[Term]
id: SELF:2
name: Ego
def: "The self as it knows itself." []
synonym: "I" EXACT []
synonym: "Me" RELATED []
synonym: "Mind" BROAD []
is_a: SELF:1 ! Déjà vu

[Term]
id: SELF:3
name: Alter ego
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""

SCHEMAORG = """\
{"@context": "https://schema.org", "@type": "DefinedTermSet", "name": "The self",
 "inLanguage": "en", "license": "https://example.org/licence",
 "hasDefinedTerm": [
  {"@type": "DefinedTerm", "@id": "https://example.org/terms/deja-vu", "name": "Déjà vu",
   "description": ["A sense of having been here before.", "A false memory."]},
  {"@type": "DefinedTerm", "@id": "https://example.org/terms/ego", "termCode": "ego",
   "name": "Ego", "alternateName": "I", "description": "The self as it knows itself."}
 ]}
"""

DATAHUB = """\
version: 1
source: DataHub
owners:
  users:
    - someone
nodes:
  - name: Self
    description: What one is.
    terms:
      - name: Déjà vu
        description: A sense of having been here before.
      - name: Ego
        description: The self as it knows itself.
        related_terms:
          - Self.Déjà vu
"""

SPHINX = """\
Words
=====

.. glossary::
   :sorted:

   Déjà vu
      A sense of having
      been here before.

   Ego
   I
      The self as it knows itself, see :term:`Déjà vu`.
"""

MARKDOWN = """\
---
title: The self
---

# Words

## Sensing

Déjà vu
: A sense of having been here before.
: A false memory.

## Being

Ego
: The *self* as it knows itself.
"""

HTML = """\
<!DOCTYPE html>
<html><head><title>The self</title><style>dl { color: red }</style></head><body>
<h1>Words</h1>
<dl>
<dt>Déjà vu
<dd>A sense of having been here before.
<dd>A false memory.
<dt>Ego</dt><dt>I</dt>
<dd>The <b>self</b> as it knows itself.</dd>
</dl>
</body></html>
"""

CNXML = """\
<document xmlns="http://cnx.rice.edu/cnxml">
<title>The self</title>
<content><para id="p1">Text.</para></content>
<glossary>
<definition id="d1"><term>Déjà vu </term><meaning id="m1"> A sense of having been here before.
</meaning><meaning id="m2">A false memory.</meaning></definition>
<definition id="d2"><term>Ego</term><meaning id="m3">The self as it knows itself.</meaning>
<seealso><term>Déjà vu</term></seealso></definition>
</glossary>
</document>
"""

ARTICLE = """\
Ego

The self as it knows itself.

Other definition:

What says I.

Related Articles

Id at glossary.example.org■■■■■■■
Id is what wants things, without . . . Read More
Self-esteem at glossary.example.org■■■
What one thinks one is worth . . . Read More
"""

# By the name of a file that has them; the article is of another kind.
FILES = {
    "self.jsonl": JSONL,
    "self.csv": CSV,
    "self.ttl": TURTLE,
    "self.rdf": RDF_XML,
    "skos.jsonld": SKOS_JSON,
    "dca.tbx": TBX_DCA,
    "dct.tbx": TBX_DCT,
    "two.xml": TBX_2,
    "self.obo": OBO,
    "self.jsonld": SCHEMAORG,
    "self.yaml": DATAHUB,
    "self.rst": SPHINX,
    "self.md": MARKDOWN,
    "self.html": HTML,
    "self.cnxml": CNXML,
}
