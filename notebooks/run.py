"""Runs notebooks without a browser: run.py [--out DIR] [NAME…]

Notebooks in Python share a kernel, whose names are cleared between them. Prints one line per
notebook. Exits 1 if a kernel does not start, a cell fails, a notebook hangs, or its checks compare
nothing. --out keeps the outputs.
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
# The last line of a report of checks, in Python and in Java.
REPORT = re.compile(r"Compared: ([\d,]+) values in [\d,]+ checks, all equal\.")


class Kernel:
    """A kernel, in which notebooks of its language run one after another."""

    def __init__(self):
        self._manager = None
        self._client = None

    async def run(self, notebook):
        """Runs a notebook; returns its error or None. After an error the kernel is stopped."""
        python = notebook.metadata.kernelspec.language == "python"
        runner = NotebookClient(
            notebook,
            km=self._manager,
            timeout=None,
            startup_timeout=START_LIMIT_S,
            extra_arguments=["--log-level=ERROR"] if python else [],
            resources={"metadata": {"path": str(FOLDER)}},
        )
        runner.kc = self._client
        began = time.monotonic()
        wrong = None
        try:
            if self._manager is None:
                self._manager = runner.create_kernel_manager()
                await runner.async_start_new_kernel()
                self._client = await runner.async_start_new_kernel_client()
            elif python:
                # No name of the notebook before is left; only the loaded packages are.
                await self._client.execute("%reset -f", silent=True, reply=True)
            began = time.monotonic()
            await asyncio.wait_for(runner.async_execute(cleanup_kc=False), LIMIT_S)
        except CellExecutionError as failure:
            wrong = re.sub(r"\x1b\[[0-9;]*m", "", str(failure))
        except (TimeoutError, DeadKernelError):
            # nbclient reports a kernel that was stopped at the time limit as dead.
            in_time = time.monotonic() - began < LIMIT_S
            wrong = "the kernel died" if in_time else f"it took longer than {LIMIT_S} s"
        except RuntimeError as failure:
            wrong = f"the kernel did not start: {failure}"
        if wrong or not python:
            await self.stop()
        return wrong

    async def stop(self):
        """Stops the kernel, if it runs."""
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is not None and await self._manager.is_alive():
            await self._manager.shutdown_kernel(now=True)
        self._client = self._manager = None


def compared(notebook):
    """Returns the number of values that the checks of a notebook compared, by its last report."""
    reports = [
        REPORT.search(text)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for text in [
            output.get("text", ""),
            *(value for kind, value in output.get("data", {}).items() if kind.startswith("text/")),
        ]
    ]
    found = [report for report in reports if report]
    return int(found[-1][1].replace(",", "")) if found else 0


async def run_all(paths, out):
    """Runs notebooks, prints one line for each, and returns the number of those that failed."""
    failed = 0
    kernels = {}
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        kernel = kernels.setdefault(notebook.metadata.kernelspec.name, Kernel())
        began = time.monotonic()
        wrong = await kernel.run(notebook)
        seconds = time.monotonic() - began
        values = compared(notebook)
        if not wrong and values == 0:
            wrong = "its checks compared nothing"
        print(
            f"{path.stem:30} {'failed' if wrong else 'ok':6} {seconds:5.1f} s  "
            f"{values:,} values compared",
            flush=True,
        )
        if wrong:
            failed += 1
            print(wrong, file=sys.stderr)
        if out:
            nbformat.write(notebook, out / path.name)
    for kernel in kernels.values():
        await kernel.stop()
    return failed


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
    failed = asyncio.run(run_all(paths, options.out))
    print(f"notebooks: {len(paths) - failed} ok, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
