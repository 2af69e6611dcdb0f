"""Settings: from the environment and from options, and wrong ones refused all at once."""

import dataclasses
import re
from pathlib import Path

import pytest

from server.environment import BadSettingsError
from server.settings import LogFormat, LogLevel, Settings

KEYS = Settings.keys()
TABLE = Path(__file__).parents[2] / "deploy" / "README.md"


def test_without_anything_the_defaults_hold():
    assert Settings.from_environment({}) == Settings()


def test_a_variable_sets_what_it_is_named_after():
    found = Settings.from_environment(
        {
            "GLOSSARY_PORT": "8080",
            "GLOSSARY_WAIT_SECONDS": " 2.5 ",
            "GLOSSARY_METRICS": "true",
            "GLOSSARY_LOG_FORMAT": "text",
            "GLOSSARY_LOG_LEVEL": "warning",
            "GLOSSARY_ALLOWED_HOSTS": "terms.example.org, example.org,",
            "GLOSSARY_RATE_LIMIT": "5 per second",
        }
    )
    assert (found.port, found.wait_seconds, found.metrics) == (8080, 2.5, True)
    assert (found.log_format, found.log_level) == (LogFormat.TEXT, LogLevel.WARNING)
    assert found.allowed_hosts == ("terms.example.org", "example.org")
    assert found.rate_limit == "5 per second"


def test_an_option_wins_over_the_environment():
    environ = {"GLOSSARY_PORT": "1", "GLOSSARY_HITS": "3"}
    found = Settings.from_environment(environ, port="2", hits=None)
    assert (found.port, found.hits) == (2, 3)


def test_an_empty_variable_unsets_what_may_be_absent_and_lifts_the_rate_limit():
    environ = {"GLOSSARY_API_KEYS": "", "GLOSSARY_ADDRESS": " ", "GLOSSARY_RATE_LIMIT": ""}
    found = Settings.from_environment(environ)
    assert (found.api_keys, found.address, found.rate_limit) == (None, None, "")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "eighty", "a whole number from 0 to 65535"),
        ("PORT", "", "a whole number from 0 to 65535"),
        ("PORT", "65536", "a whole number from 0 to 65535"),
        ("PORT", "-1", "a whole number from 0 to 65535"),
        ("PORT", "8_0", "a whole number from 0 to 65535"),
        ("PORT", "٣", "a whole number from 0 to 65535"),
        ("PORT", "80.0", "a whole number from 0 to 65535"),
        ("WAIT_SECONDS", "nan", "a number from 0 to 600"),
        ("WAIT_SECONDS", "inf", "a number from 0 to 600"),
        ("WAIT_SECONDS", "soon", "a number from 0 to 600"),
        ("METRICS", "1", "true or false"),
        ("METRICS", "yes", "true or false"),
        ("LOG_FORMAT", "xml", "one of json, text"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("RATE_LIMIT", "many", 'limits like "50 per second; 1500 per minute", or empty for none'),
        ("ALLOWED_HOSTS", "https://x.org", "host names like terms.example.org, without scheme"),
        ("ALLOWED_HOSTS", "*.x.org", "host names like terms.example.org, without scheme"),
        ("CORS_ORIGINS", "example.org", "origins like https://example.org, without a path, or *"),
        ("CORS_ORIGINS", "https://x.org/y", "origins like https://example.org, without a path"),
        ("ADDRESS", "terms.example.org", "an address like https://terms.example.org, without"),
        ("ADDRESS", "https://x.org/", "an address like https://terms.example.org, without"),
        ("API_KEYS", "/no/such/file", "a file that is there"),
        ("NO_MATCH_LOG", "/no/such/folder/x.jsonl", "a file in a folder that is there"),
    ],
)
def test_a_wrong_value_is_refused_with_key_value_and_remedy(name, value, wanted):
    with pytest.raises(BadSettingsError, match=re.escape(f"{value!r}, but must be {wanted}")) as e:
        Settings.from_environment({f"GLOSSARY_{name}": value})
    assert str(e.value).startswith(f"GLOSSARY_{name} is ")


def test_all_wrong_values_are_told_at_once_each_by_where_it_was_given():
    environ = {"GLOSSARY_PORT": "x", "GLOSSARY_HITS": "0", "GLOSSARY_THREADS": "2"}
    with pytest.raises(BadSettingsError, match="--port is 'y'") as e:
        Settings.from_environment(environ, port="y")
    assert e.value.problems == (
        "--port is 'y', but must be a whole number from 0 to 65535.",
        "GLOSSARY_HITS is '0', but must be a whole number from 1 to 100.",
    )


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_a_variable_that_nobody_reads_is_told_with_the_nearest_that_is_read():
    environ = {
        "GLOSSARY_PROT": "1",
        "GLOSSARY_XYZZY": "1",
        "GLOSSARY_PORT": "1",
        "GLOSSARY_INDEX": "x",
        "GLOSSARY_EVALUATION_DATA": "x",
        "HOME": "/",
    }
    assert Settings.unknown(environ) == [
        "GLOSSARY_PROT is no setting and is ignored; did you mean GLOSSARY_PORT?",
        "GLOSSARY_XYZZY is no setting and is ignored.",
    ]


def test_the_table_has_every_key_with_its_option_and_default():
    text = TABLE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(GLOSSARY_\w+)` \| `(--[\w-]+)` \| ([^|]+) \|", text, re.MULTILINE)
    found = {variable: (option, default.strip(" `")) for variable, option, default in rows}
    index = ("--index", "the bundled glossary's")
    wanted = {key.variable: (key.option, key.shown_default) for key in KEYS}
    assert found == {"GLOSSARY_INDEX": index, **wanted}


def test_every_key_says_what_it_means():
    assert [key.name for key in KEYS if not key.meaning.endswith(".")] == []
