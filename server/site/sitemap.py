"""The sitemap of a site that has a public address."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from server.reach.crawlers import MOST_ADDRESSES
from server.site.places import SITEMAP
from server.site.rendering import Pages


def sitemap_files(
    pages: Pages, places: Sequence[PurePosixPath]
) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the list of parts and the parts; nothing for a site without an address."""
    addresses = [address for place in places if (address := pages.address(place)) is not None]
    parts: list[str] = []
    for first in range(0, len(addresses), MOST_ADDRESSES):
        part = PurePosixPath(f"{SITEMAP.stem}-{len(parts) + 1}.xml")
        parts += filter(None, [pages.address(part)])
        yield part, pages.sitemap("sitemap_part.xml", addresses[first : first + MOST_ADDRESSES])
    if parts:
        yield SITEMAP, pages.sitemap("sitemap.xml", parts)
