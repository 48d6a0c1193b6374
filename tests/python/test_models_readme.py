"""models/README.md says what the cards say."""

import importlib.util

import emotion
from conftest import CHECKOUT


def generator():
    spec = importlib.util.spec_from_file_location("readme", CHECKOUT / "models" / "readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_up_to_date():
    written = (CHECKOUT / "models" / "README.md").read_text(encoding="utf-8")
    assert written == generator().text(), "run: python models/readme.py"


def test_every_model_has_its_row_and_all_notes_of_its_card():
    text = " ".join(generator().text().split())
    for path in (CHECKOUT / "models").glob("*/model.json"):
        card = emotion.read_model_card(path.parent)
        assert f"[`{card.name}`]" in text and card.license in text
        for value in card.details.values():
            if isinstance(value, str):
                assert " ".join(value.split()) in text
