"""Runs notebooks without a browser, each in its own kernel: run.py [--out DIR] [NAME…]

Prints one line per notebook. Exits 1 if a kernel does not start, a cell fails, or a notebook hangs.
--out keeps the outputs.
"""

import argparse
import asyncio
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

FOLDER = Path(__file__).parent
# Both limits are far beyond what a busy machine needs.
LIMIT_S = 1800
START_LIMIT_S = 600


async def run(notebook):
    """Runs a notebook; returns its error or None."""
    quiet = ["--log-level=ERROR"] if notebook.metadata.kernelspec.language == "python" else []
    client = NotebookClient(
        notebook,
        timeout=None,
        startup_timeout=START_LIMIT_S,
        extra_arguments=quiet,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.create_kernel_manager()
    began = time.monotonic()
    try:
        await client.async_start_new_kernel()
        await client.async_start_new_kernel_client()
        began = time.monotonic()
        await asyncio.wait_for(client.async_execute(), LIMIT_S)
    except CellExecutionError as failure:
        return re.sub(r"\x1b\[[0-9;]*m", "", str(failure))
    except (TimeoutError, DeadKernelError):
        # nbclient reports a kernel that was stopped at the time limit as dead.
        in_time = time.monotonic() - began < LIMIT_S
        return "the kernel died" if in_time else f"it took longer than {LIMIT_S} s"
    except RuntimeError as failure:
        return f"the kernel did not start: {failure}"
    finally:
        if client.km is not None and await client.km.is_alive():
            await client.km.shutdown_kernel(now=True)
    return None


def main():
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="folder for the notebooks with outputs"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="such as attribution; all if absent"
    )
    options = parser.parse_args()
    named = [FOLDER / f"{name.removesuffix('.ipynb')}.ipynb" for name in options.names]
    paths = named or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        if not path.is_file():
            parser.error(f"there is no notebook {path.stem}")
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    failed = 0
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        began = time.monotonic()
        wrong = asyncio.run(run(notebook))
        seconds = time.monotonic() - began
        print(f"{path.stem:24} {'failed' if wrong else 'ok':6} {seconds:5.1f} s", flush=True)
        if wrong:
            failed += 1
            print(wrong, file=sys.stderr)
        if options.out:
            nbformat.write(notebook, options.out / path.name)
    print(f"notebooks: {len(paths) - failed} ok, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
