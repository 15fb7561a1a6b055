"""JSON Schemas of the files in ``knowledge/``, with which an editor completes keys and marks mistakes."""

import json
from pathlib import Path

from pydantic import BaseModel

from bot.core.knowledge import Document
from bot.knowledge_files import FILES

FOLDER = "schemas"


def schemas() -> dict[str, str]:
    """Each schema by its file name: ``document.json``, and one for every file with a fixed name."""
    kinds: dict[str, type[BaseModel]] = {"document": Document}
    kinds |= {name.removesuffix(".yaml"): kind for name, (_, kind) in FILES.items()}
    return {f"{name}.json": _text(kind) for name, kind in kinds.items()}


def _text(kind: type[BaseModel]) -> str:
    return json.dumps(kind.model_json_schema(), indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas for the knowledge base in ``folder`` into its subfolder ``schemas``, and name them.

    A file names its own in its first line: ``# yaml-language-server: $schema=schemas/clinic.json``.
    """
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    paths = {target / name: text for name, text in schemas().items()}
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8")
    return list(paths)
