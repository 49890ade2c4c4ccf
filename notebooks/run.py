"""Runs notebooks without a browser, each in a kernel of its own: run.py [--out DIR] [NAME…]

Prints a line for each, fails when a cell of any fails or when one takes longer than its limit. Only a kernel's start is
tried again, and told: a cell that fails has failed. --out keeps the notebooks as they came out, with their figures.
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
LIMIT_S = 300
START_LIMIT_S = 30
STARTS = 5


async def start(notebook):
    """A client with a kernel that answers, and how many starts that took: the Java kernel dies in some of them."""
    for attempt in range(1, STARTS + 1):
        client = NotebookClient(
            notebook,
            timeout=None,
            startup_timeout=START_LIMIT_S,
            extra_arguments=["--log-level=ERROR"]
            if notebook.metadata.kernelspec.language == "python"
            else [],
            resources={"metadata": {"path": str(FOLDER)}},
        )
        client.create_kernel_manager()
        try:
            await client.async_start_new_kernel()
            await client.async_start_new_kernel_client()
            return client, attempt
        except RuntimeError as failure:
            reason = failure
    raise RuntimeError(f"the kernel did not start in {STARTS} attempts: {reason}")


async def run(path, out):
    """Runs one notebook; returns what is wrong with it, or nothing, and what to tell about its start."""
    notebook = nbformat.read(path, as_version=4)
    try:
        client, attempts = await start(notebook)
    except RuntimeError as failure:
        return str(failure), ""
    told = "" if attempts == 1 else f", kernel started at attempt {attempts}"
    try:
        await asyncio.wait_for(client.async_execute(), LIMIT_S)
    except CellExecutionError as failure:
        return str(failure), told
    except DeadKernelError:
        return "the kernel died", told
    except asyncio.TimeoutError:
        return f"took longer than {LIMIT_S} s", told
    finally:
        if client.km is not None and await client.km.is_alive():
            await client.km.shutdown_kernel(now=True)
        if out:
            nbformat.write(notebook, Path(out) / path.name)
    return None, told


def main():
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--out", metavar="DIR", help="where to put the notebooks with their outputs"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="notebooks, such as attribution; all without"
    )
    options = parser.parse_args()
    paths = [FOLDER / f"{name.removesuffix('.ipynb')}.ipynb" for name in options.names] or sorted(
        FOLDER.glob("*.ipynb")
    )
    for path in paths:
        if not path.is_file():
            parser.error(f"there is no notebook {path.stem}")
    if options.out:
        Path(options.out).mkdir(parents=True, exist_ok=True)
    failed = False
    for path in paths:
        began = time.monotonic()
        wrong, told = asyncio.run(run(path, options.out))
        print(
            f"{path.stem:24} {'failed' if wrong else 'ok':6} {time.monotonic() - began:5.1f} s{told}",
            flush=True,
        )
        if wrong:
            failed = True
            print(re.sub(r"\x1b\[[0-9;]*m", "", wrong), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
