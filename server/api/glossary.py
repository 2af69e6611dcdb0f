"""What is served."""

from flask_openapi3.blueprint import APIBlueprint

from indexer.bodies import Body
from server.api.answers import Glossary
from server.api.requests import NoQuery
from server.api.views import GLOSSARY
from server.live import Live
from server.wire import glossary_body


def add_glossary(routes: APIBlueprint, live: Live) -> None:
    """Add the view of the glossary as a whole."""

    @routes.get("/glossary", tags=[GLOSSARY], responses={200: Glossary})
    def glossary(query: NoQuery) -> Body:
        """Tell what the glossary is, what it holds, and what was measured about it."""
        return glossary_body(live.searcher.snapshot)
