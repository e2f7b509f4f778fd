"""Runs the cells of a notebook by nbclient and keeps their outputs in its file: python execute.py NOTEBOOK

Deno's kernel may report that a cell is done before it has sent all of the cell's outputs, and nbclient stops listening then. This
client waits until nothing more comes.
"""

import sys
from pathlib import Path
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError

QUIET_SECONDS = 0.7


class PatientClient(NotebookClient):
    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        is_done = False
        while True:
            try:
                message = await self.kc.get_iopub_msg(timeout=QUIET_SECONDS if is_done else None)
            except Empty:
                return
            if message["parent_header"].get("msg_id") != parent_msg_id:
                continue
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                is_done = True


def main(path: Path) -> int:
    notebook = nbformat.read(path, as_version=4)
    client = PatientClient(
        notebook,
        kernel_name="deno",
        timeout=None,
        # How long the last outputs may take to arrive after the kernel's answer.
        iopub_timeout=60,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_executed=lambda cell, **_: print(f"cell {cell['id']}", flush=True),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        nbformat.write(notebook, path)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
