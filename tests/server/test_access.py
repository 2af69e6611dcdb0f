"""API keys: asked for where there is a file of them, and never kept in plain."""

import hashlib
import stat

import pytest
from click.testing import CliRunner

from indexer.cli import main
from server.operation.access import BadKeysError, new_key, owner_of, read_keys

ASKED = "/api/v1/search?q=fear"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.txt"


@pytest.fixture
def keys(file):
    return {name: new_key(file, name) for name in ("wiki", "app")}


@pytest.fixture
def closed(make_app, file, keys):
    return make_app(api_keys=file, rate_limit="3 per minute", cors_origins=("https://a.example",))


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def test_a_key_opens_the_api(closed, keys):
    client = closed.test_client()
    for key in keys.values():
        assert client.get(ASKED, headers=bearer(key)).status_code == 200
        assert client.get(ASKED, headers={"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        ({}, "The API asks for a key."),
        ({"Authorization": "Bearer wrong"}, "This API key is not known."),
        ({"Authorization": "Bearer "}, "The API asks for a key."),
        ({"Authorization": "Basic d2lraTp4"}, "The API asks for a key."),
        ({"X-API-Key": "wiki"}, "This API key is not known."),
        ({"X-API-Key": "clé"}, "This API key is not known."),
        ({"Origin": "https://b.example"}, "The API asks for a key."),
        ({"Sec-Fetch-Site": "cross-site"}, "The API asks for a key."),
        # Who sends a wrong key wants to be told, even from a page.
        ({"X-API-Key": "x", "Sec-Fetch-Site": "same-origin"}, "This API key is not known."),
    ],
)
def test_without_one_the_api_is_closed(closed, headers, what):
    response = closed.test_client().get(ASKED, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.get_json()["detail"] == f"{what} Send one as 'Authorization: Bearer KEY'."


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "https://a.example"}]
)
def test_pages_need_none(closed, headers):
    client = closed.test_client()
    assert client.get(ASKED, headers=headers).status_code == 200
    assert client.get("/?q=fear").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_a_browser_may_ask_what_it_may_send(closed):
    assert closed.test_client().options(ASKED).status_code == 200


def test_requests_with_a_key_are_counted_by_the_key(closed, keys):
    client = closed.test_client()

    def ask(name, last):
        environ = {"REMOTE_ADDR": f"203.0.113.{last}"}
        return client.get(ASKED, headers=bearer(keys[name]), environ_base=environ).status_code

    assert [ask("wiki", last) for last in range(4)] == [200, 200, 200, 429]
    assert ask("app", 0) == 200


def test_the_file_has_hashes_for_its_owner_alone(file, keys):
    text = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for name, key in keys.items():
        assert key not in text
        assert f"{name} sha256:{hashlib.sha256(key.encode()).hexdigest()}\n" in text


def test_keys_are_long_and_never_the_same(keys):
    assert len(set(keys.values())) == 2
    # 32 random bytes in base64.
    assert all(len(key.removeprefix("glossary_")) == 43 for key in keys.values())


def test_the_owner_of_a_key_is_found_and_of_no_other(file, keys):
    known = read_keys(file)
    assert owner_of(keys["app"], known) == "app"
    assert owner_of(keys["app"][:-1], known) is None
    assert owner_of("", known) is None


@pytest.mark.parametrize("name", ["", "two words", "a" * 65, "ü", "#x"])
def test_a_name_that_is_none_is_refused(file, name):
    with pytest.raises(BadKeysError, match="is no name for a key"):
        new_key(file, name)
    assert not file.exists()


def test_a_name_that_is_taken_is_refused(file, keys):
    with pytest.raises(BadKeysError, match="has a key named 'wiki'; remove its line"):
        new_key(file, "wiki")


@pytest.mark.parametrize("line", ["wiki", "wiki sha256:abc", "glossary_secret", "a b c"])
def test_a_damaged_file_is_told_by_line_and_without_the_line(file, line):
    file.write_text(f"# ours\n\n{line}\n")
    with pytest.raises(
        BadKeysError, match=r"keys.txt:3: this line is no name with a hash"
    ) as error:
        read_keys(file)
    assert "glossary_secret" not in str(error.value)


def test_the_command_prints_a_key_once(file):
    done = CliRunner().invoke(main, ["keys", "wiki", "--file", str(file)])
    assert done.exit_code == 0
    assert owner_of(done.stdout.strip(), read_keys(file)) == "wiki"
    again = CliRunner().invoke(main, ["keys", "wiki", "--file", str(file)])
    assert again.exit_code == 1
    assert "has a key named 'wiki'" in again.stderr
