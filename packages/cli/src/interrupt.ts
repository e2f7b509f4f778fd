import type { CliText } from "./text/index.js";

/** The exit codes of a shell for what a signal ended. SIGHUP: the terminal was closed, or the connection to it lost. */
export const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * npm and npx hand on a Ctrl-C that the terminal has sent to everyone: under them, what arrives within this many milliseconds is
 * the same one.
 */
export const echoMs = (): number => (process.env.npm_command === undefined ? 0 : 500);

export interface Interrupts {
  /** From now on: aborted by the first Ctrl-C, SIGTERM or SIGHUP. Until then they have their usual effect. */
  listen(): AbortSignal;
  /** What to exit with then. */
  readonly exitCode: number | undefined;
  /** Signals have their usual effect again. */
  done(): void;
}

/** The first Ctrl-C, SIGTERM or SIGHUP lets the step end and the state be saved; the next one leaves at once. */
export function catchInterrupts({ training }: CliText): Interrupts {
  const controller = new AbortController();
  let first: { readonly at: number; readonly exitCode: number } | undefined;
  const onSignal = (name: keyof typeof exitCodes): void => {
    const now = performance.now();
    if (first && now - first.at < echoMs()) return;
    if (first) process.exit(exitCodes[name]);
    first = { at: now, exitCode: exitCodes[name] };
    // What is drawn on the terminal makes room first.
    controller.abort();
    process.stdout.write(`\n${training.stopping}\n`);
  };
  const ignore = (): void => {
    for (const name of Object.keys(exitCodes)) process.off(name, onSignal);
  };
  return {
    listen() {
      ignore();
      for (const name of Object.keys(exitCodes)) process.on(name, onSignal);
      return controller.signal;
    },
    get exitCode() {
      return first?.exitCode;
    },
    done: ignore,
  };
}
