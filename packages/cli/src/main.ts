#!/usr/bin/env node
import { CommanderError } from "commander";
import { chosenLanguage } from "./language.js";
import { createProgram } from "./program.js";
import { textIn } from "./text/index.js";

const args = process.argv.slice(2);
const language = chosenLanguage(args, process.env);
const text = await textIn(language);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader has gone: `head` has seen enough, or the terminal was closed. The work continues without output.
  if (error.code === "EPIPE" || (error.code === "EIO" && process.stdout.isTTY)) return;
  process.stderr.write(`trazo: ${text.errors.noOutput(error.code ?? error.message)}\n`);
  process.exit(1);
});

// There is nowhere left to say so.
process.stderr.on("error", () => undefined);

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 129, 130 and 143 stopped by SIGHUP, Ctrl-C and SIGTERM. */
try {
  const program = await createProgram(args, { text, language });
  await program.parseAsync();
} catch (error) {
  process.exitCode = await report(error);
}

async function report(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  // Not before: the library is most of what there is to load.
  const [{ TrazoError }, { UsageError }, { messageIn }] = await Promise.all([
    import("trazo"),
    import("./usage-error.js"),
    import("@trazo/practice"),
  ]);
  if (error instanceof TrazoError) {
    process.stderr.write(`trazo: ${messageIn(error, language)}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write(`${text.help.adviceAfterError}\n`);
    return 2;
  }
  process.stderr.write(`trazo: ${text.errors.unexpected}\n`);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}
