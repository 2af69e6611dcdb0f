"""The script for pages elsewhere, as far as it can be seen without a browser."""

import re

from server.app import create_app
from server.live import Live
from server.settings import Settings


def test_pages_of_any_origin_may_load_the_script(client):
    response = client.get("/widget.js")
    assert response.status_code == 200
    assert response.content_type == "text/javascript; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.cache_control.max_age == 3600
    again = client.get("/widget.js", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_styles_travel_in_the_script(client):
    script = client.get("/widget.js").get_data(as_text=True)
    assert ":host { all: initial !important; display: block !important; }" in script
    assert "/*styles*/" not in script


def test_the_script_loads_nothing_and_makes_no_markup_of_texts(client):
    script = client.get("/widget.js").get_data(as_text=True)
    assert set(re.findall(r"https?://[\w.…]+", script)) == {"https://…"}
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in script


def test_the_demo_page_shows_the_line_to_copy_and_every_attribute(searcher):
    settings = Settings(address="https://t.example.org")
    client = create_app(Live(searcher), settings).test_client()
    page = client.get("/widget").get_data(as_text=True)
    assert '&lt;script src="https://t.example.org/widget.js"&gt;&lt;/script&gt;' in page
    assert '<script src="/widget.js"></script>' in page
    script = client.get("/widget.js").get_data(as_text=True)
    used = set(re.findall(r"\bdata(?:set)?\.(\w+)", script))
    assert used == set(re.findall(r"<dt><code>data-(\w+)", page))
