#!/usr/bin/env node
import { CommanderError } from "commander";
import { TrazoError } from "trazo";
import { createProgram } from "./program.js";
import { UsageError } from "./usage-error.js";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as head, closes the pipe: nobody is told any more, but the work goes on.
  if (error.code === "EPIPE") return;
  process.stderr.write(`trazo: the output could not be written (${error.code}). Is the disk full?\n`);
  process.exit(1);
});

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof TrazoError) {
    process.stderr.write(`trazo: ${error.message}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write("(add --help for what can be given)\n");
    return 2;
  }
  process.stderr.write(`trazo: something unexpected went wrong. Please report it with what follows.\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}
