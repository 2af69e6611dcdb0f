"""The least that a Flask app can do: the bare limit of the server that we use."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> dict[str, str]:
    """Answer at once."""
    return {"hello": "world"}
