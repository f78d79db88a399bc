"""Run it: `make fuzz`, or `make fuzz ARGS="-max_total_time=600"`; a breach is kept in var/fuzz."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "var/fuzz"
WORDS = [": ", "- ", "#", "'", '"', "\\\\", "|", ">", "{", "}", "[", "]", "&a", "*a", "!", "%"]
WORDS += ["---", "...", "\\x0a", "\\x0d\\x0a", "\\x09", "? ", "<<: ", "~", "null", "true", "0x"]
WORDS += ["1e3", ".inf", "18:00", "\\xef\\xbb\\xbf", "\\xc2\\x85", "KEY: 1"]

with atheris.instrument_imports(include=["gitcfg.documents", "fuzz.reading"]):
    from fuzz.reading import check


def seeds() -> Path:
    """Copy the tests' examples to where the corpus grows."""
    corpus = PLACE / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    found = [*ROOT.glob("tests/examples/**/*.yaml"), *ROOT.glob("config/**/*.yaml")]
    for number, place in enumerate(sorted(found)):
        (corpus / f"seed-{number}").write_bytes(place.read_bytes())
    return corpus


def main() -> None:
    """Hand libFuzzer the seeds, some words of YAML and what the command line says."""
    corpus = seeds()
    words = PLACE / "words"
    words.write_text("".join(f'"{one}"\n' for one in WORDS if one != '"'), encoding="utf-8")
    options = [f"-artifact_prefix={PLACE}/", f"-dict={words}", "-max_total_time=180", "-timeout=20"]
    atheris.Setup([sys.argv[0], *options, "-max_len=2048", *sys.argv[1:], str(corpus)], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
