"""The glossary as a folder of files: pages, data and a search that runs in the browser.

It needs no service: any web server, or none, can show it. The pages are the service's own templates
with other addresses; ``templates/`` and ``static/`` here hold what only a site has.
"""

from server.site.writing import write_site

__all__ = ["write_site"]
