"""The schemas that editors use, and the shipped files that name them."""

import json
from pathlib import Path

import pytest

from bot.knowledge_files import FILES
from bot.knowledge_schemas import FOLDER, schemas, write_schemas

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
SHIPPED = sorted(KNOWLEDGE.glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_file_names_its_schema_in_its_first_line(path: Path) -> None:
    kind = path.stem if path.name in FILES or path.name == "tips.yaml" else "document"
    first_line = path.read_text().split("\n", 1)[0]
    assert first_line == f"# yaml-language-server: $schema={FOLDER}/{kind}.json"


def test_the_shipped_schemas_are_those_of_the_code() -> None:
    shipped = {path.name: path.read_text() for path in (KNOWLEDGE / FOLDER).iterdir()}
    assert shipped == schemas(), "run: python -m bot schema"


def test_each_kind_of_file_has_a_schema_that_knows_its_keys(tmp_path: Path) -> None:
    written = {path.stem: json.loads(path.read_text()) for path in write_schemas(tmp_path)}
    assert set(written) == {"document", *(Path(name).stem for name in FILES)}
    assert {"id", "title", "sections"} <= set(written["document"]["properties"])
    assert [name for name, schema in written.items() if schema["additionalProperties"]] == []


def test_schemas_are_written_again_over_older_ones(tmp_path: Path) -> None:
    path = write_schemas(tmp_path)[0]
    path.write_text("old")
    write_schemas(tmp_path)
    assert path.read_text() == schemas()[path.name]
