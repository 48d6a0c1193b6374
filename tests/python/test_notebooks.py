"""The notebooks of examples/notebooks run from top to bottom, each in a kernel of its own."""

import os
import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("skimage")
pytest.importorskip("ipywidgets")

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "notebooks"
NAMES = ["kaggle", "lecture_report", "picture", "training", "valence_arousal", "video"]

# What each prints of its work, as a regular expression.
RESULTS = {
    "kaggle": "'happy': ",
    "lecture_report": "heads on average, at most 2",
    "picture": r"happiness, valence \+",
    "training": r"accuracy (1\.0|0\.[89])",
    "valence_arousal": r"arousal \+0\.20: happy \(9",
    "video": r"40 frames, 1\.0 heads",
}


def test_all_notebooks_are_run():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES == sorted(RESULTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_from_top_to_bottom(name, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "2"))
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    book = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code), "results are not stored"
    assert "pip install" in code[0].source and 'find_spec("emotion") is None' in code[0].source
    nbclient.NotebookClient(book, timeout=200, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in code for output in cell.outputs]
    printed = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    assert re.search(RESULTS[name], printed), printed
    assert any("image/png" in output.get("data", {}) for output in outputs)
