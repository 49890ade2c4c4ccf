"""Runs notebooks without a browser, each in its own kernel: run.py [--out DIR] [NAME…]

Prints one line per notebook. Exits 1 if a cell fails or a notebook exceeds its time limit. Only the
start of a kernel is retried, and the number of retries is printed. --out keeps the outputs.
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
    """Returns a client whose kernel answers, or None, and the number of starts."""
    quiet = ["--log-level=ERROR"] if notebook.metadata.kernelspec.language == "python" else []
    for attempt in range(1, STARTS + 1):
        client = NotebookClient(
            notebook,
            timeout=None,
            startup_timeout=START_LIMIT_S,
            extra_arguments=quiet,
            resources={"metadata": {"path": str(FOLDER)}},
        )
        client.create_kernel_manager()
        try:
            await client.async_start_new_kernel()
            await client.async_start_new_kernel_client()
            return client, attempt
        except RuntimeError as failure:
            print(f"start {attempt} of the kernel failed: {failure}", file=sys.stderr)
    return None, STARTS


async def run(notebook):
    """Runs a notebook; returns its error, or None, and the number of starts of its kernel."""
    client, starts = await start(notebook)
    if client is None:
        return "the kernel did not start", starts
    began = time.monotonic()
    try:
        await asyncio.wait_for(client.async_execute(), LIMIT_S)
    except CellExecutionError as failure:
        return re.sub(r"\x1b\[[0-9;]*m", "", str(failure)), starts
    except (TimeoutError, DeadKernelError):
        # nbclient reports a kernel that was stopped at the time limit as dead.
        in_time = time.monotonic() - began < LIMIT_S
        return "the kernel died" if in_time else f"it took longer than {LIMIT_S} s", starts
    finally:
        if client.km is not None and await client.km.is_alive():
            await client.km.shutdown_kernel(now=True)
    return None, starts


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
    failed, starts_in_all = 0, 0
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        began = time.monotonic()
        wrong, starts = asyncio.run(run(notebook))
        starts_in_all += starts
        seconds = time.monotonic() - began
        print(f"{path.stem:24} {'failed' if wrong else 'ok':6} {seconds:5.1f} s", flush=True)
        if wrong:
            failed += 1
            print(wrong, file=sys.stderr)
        if options.out:
            nbformat.write(notebook, options.out / path.name)
    print(
        f"notebooks: {len(paths) - failed} ok, {failed} failed; "
        f"{starts_in_all - len(paths)} of {starts_in_all} kernel starts retried"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
