"""The health report as one page of HTML: no script, and nothing from elsewhere.

It is put together as a tree of elements and written by the standard library, which escapes every
text and attribute.
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from indexer.health.findings import Check, Finding, Health

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1e; --paper: #fdfdfb; --quiet: #5c5c61;
  --line: #d9d9d4; --accent: #0b5c8c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e6; --paper: #17181a; --quiet: #a3a3a8;
  --line: #3a3b3f; --accent: #7cc0ea; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .25rem; }
a { color: var(--accent); }
.quiet { color: var(--quiet); margin: 0 0 1rem; max-width: 70ch; }
nav ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .5rem;
  list-style: none; margin: 1.5rem 0 0; padding: 0; }
nav a, nav span { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem .75rem;
  border: 1px solid var(--line); border-radius: .4rem; text-decoration: none; }
nav span { color: var(--quiet); }
nav b { font-variant-numeric: tabular-nums; }
nav a:hover, nav a:focus-visible { border-color: var(--accent); }
ol { margin: 0; padding: 0 0 0 2.5rem; }
ol li { padding: .35rem 0; border-top: 1px solid var(--line); }
ol li:first-child { border-top: 0; }
ol small { display: block; color: var(--quiet); font-size: .9rem; }
"""


def health_page(health: Health) -> str:
    """Write a report as a page whose counts lead to what they count."""
    page = Element("html", lang="en")
    head = SubElement(page, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "title").text = f"Health of {health.title}"
    SubElement(head, "style").text = _STYLE
    body = SubElement(page, "body")
    SubElement(body, "h1", id="top").text = f"Health of {health.title}"
    SubElement(body, "p", {"class": "quiet"}).text = (
        f"{health.count:,} findings in {health.entries:,} entries with {health.definitions:,} "
        f"definitions, snapshot {health.snapshot}."
    )
    counts = SubElement(SubElement(body, "nav", {"aria-label": "Checks"}), "ul")
    for check in health.checks:
        _add_count(SubElement(counts, "li"), check)
    main = SubElement(body, "main")
    for check in health.checks:
        _add_check(main, check)
    return "<!doctype html>\n" + tostring(page, encoding="unicode", method="html")


def _add_count(item: Element, check: Check) -> None:
    # What found nothing has no list to lead to.
    place = (
        SubElement(item, "a", href=f"#{check.key}") if check.findings else SubElement(item, "span")
    )
    place.text = f"{check.title} "
    SubElement(place, "b").text = f"{len(check.findings):,}"


def _add_check(main: Element, check: Check) -> None:
    section = SubElement(main, "section", {"aria-labelledby": check.key})
    SubElement(section, "h2", id=check.key).text = f"{check.title}: {len(check.findings):,}"
    SubElement(section, "p", {"class": "quiet"}).text = check.about
    if not check.findings:
        return
    found = SubElement(section, "ol")
    for finding in check.findings:
        _add_finding(SubElement(found, "li"), finding)
    back = SubElement(SubElement(section, "p"), "a", href="#top")
    back.text = "Back to the counts"


def _add_finding(item: Element, finding: Finding) -> None:
    item.text = finding.heading
    SubElement(item, "small").text = finding.detail
