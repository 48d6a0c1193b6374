"""Secrets come from arguments, the environment and files that are never run, and never show."""

import traceback

import pytest
from emotion.secret_values import Secrets, read_secrets

NAMES = ("server_key", "server_url", "ip_camera_login", "ip_camera_password", "credentials_file")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in (*NAMES, "secrets"):
        monkeypatch.delenv(f"EMOTION_{name.upper()}", raising=False)


def test_nothing_given_is_nothing_known():
    assert read_secrets() == Secrets(None, None, None, None, None)


def test_a_secrets_py_and_a_toml_file_are_read(tmp_path):
    python = tmp_path / "secrets.py"
    python.write_text(
        "import os\nraise SystemExit('this was run')\n"
        "server_key = 'k1'\nserver_url='http://nvr/upload'  # comment\nother = os.getcwd()\nip_camera_login = 'me'\n"
    )
    assert read_secrets(python) == Secrets("k1", "http://nvr/upload", "me")
    toml = tmp_path / "secrets.toml"
    toml.write_text('# the hall\nip_camera_password = "p\\"w"\ncredentials_file = \'/etc/a.json\'\n')
    assert read_secrets(str(toml)) == Secrets(ip_camera_password='p"w', credentials_file="/etc/a.json")


def test_arguments_win_over_the_environment_and_that_over_the_file(tmp_path, monkeypatch):
    path = tmp_path / "s"
    path.write_text("\n".join(f"{name} = 'file'" for name in NAMES))
    monkeypatch.setenv("EMOTION_SERVER_KEY", "environment")
    monkeypatch.setenv("EMOTION_SERVER_URL", "environment")
    monkeypatch.setenv("EMOTION_IP_CAMERA_LOGIN", "")  # empty is not given
    found = read_secrets(path, server_key="argument", ip_camera_password=None)
    assert found == Secrets("argument", "environment", "file", "file", "file")
    monkeypatch.setenv("EMOTION_SECRETS", str(path))
    assert read_secrets().credentials_file == "file"


def test_no_value_shows():
    text = repr(Secrets("geheim1", "geheim2", "geheim3", "geheim4"))
    assert "geheim" not in text and "server_key=***" in text and "credentials_file=None" in text


def test_what_is_missing_is_named_with_its_places():
    assert Secrets(server_key="a").need("server_key") == "a"
    with pytest.raises(ValueError, match=r"server_url is not known: .* as EMOTION_SERVER_URL in the environment"):
        Secrets().need("server_url")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"server_key = 'geheim'\nserver_url = geheim geheim\n", "line 2 is none"),
        (b"server_key = geheim()\n", "line 1: server_key must be a text in quotes"),
        (b"\n\nserver_key = 17\n", "line 3: server_key must be a text in quotes"),
        (b"server_key = 'geheim\xff'\n", "expected lines of the form"),
        (b"server_key = 'geheim\x00'\n", "expected lines of the form"),
    ],
)
def test_a_file_that_is_not_understood_is_named_without_its_values(content, message, tmp_path):
    path = tmp_path / "secrets.py"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_secrets(path)
    assert "geheim" not in "".join(traceback.format_exception_only(caught.type, caught.value))
    assert "secrets.py" in str(caught.value) and caught.value.__cause__ is None


def test_other_mistakes(tmp_path):
    with pytest.raises(ValueError, match=r"expected server_key, .* got 'password'"):
        read_secrets(password="geheim")
    with pytest.raises(OSError, match=r"none\.toml: No such file"):
        read_secrets(tmp_path / "none.toml")
