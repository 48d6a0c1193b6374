"""What `make demo` runs: finds the faces of a photograph, reads their expressions, writes a picture and a table.

usage: demo.py [PICTURE or FOLDER] --out FOLDER

Without a picture it takes the portrait of the astronaut Eileen Collins that scikit-image ships (NASA, public domain).
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path


def astronaut(folder: str) -> Path:
    import emotion
    import skimage.data

    path = Path(folder) / "astronaut.png"
    emotion.write_image(path, skimage.data.astronaut())
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description="Faces and expressions of a photograph.")
    parser.add_argument("input", nargs="?", help="a picture or a folder of pictures")
    parser.add_argument("--out", required=True, type=Path, help="where the results go")
    arguments = parser.parse_args()
    table = arguments.out / "faces.csv"
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(arguments.input) if arguments.input else astronaut(folder)
        command = [sys.executable, "-m", "emotion", "analyze", picture, "--out", arguments.out, "--csv", table]
        status = subprocess.run([str(part) for part in command]).returncode
    if table.exists():
        print(f"\nAnnotated pictures: {arguments.out}\nTable:              {table}")
    return status


if __name__ == "__main__":
    sys.exit(main())
