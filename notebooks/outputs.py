"""Lists the notebooks that have outputs, which git must not have. --clear removes the outputs."""

import json
import sys
from pathlib import Path


def clear(notebook):
    """Removes the outputs; returns true if there were any."""
    found = False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"] is not None):
            cell["outputs"], cell["execution_count"], found = [], None, True
        # Editors leave execution times and folded cells in the metadata.
        if cell["metadata"]:
            cell["metadata"], found = {}, True
    return found


def main():
    status = 0
    for path in sorted(Path(__file__).parent.glob("*.ipynb")):
        notebook = json.loads(path.read_text("utf-8"))
        if not clear(notebook):
            continue
        if sys.argv[1:] == ["--clear"]:
            path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")
        else:
            print(f"{path.name} has outputs: python3 notebooks/outputs.py --clear", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
