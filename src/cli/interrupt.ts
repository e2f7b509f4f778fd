/** The exit codes of a shell for what a signal ended. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interrupts {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** What to exit with then. */
  readonly exitCode: number | undefined;
  /** Signals have their usual effect again. */
  done(): void;
}

/** The first Ctrl-C or SIGTERM lets the step end and the state be saved; the next one leaves at once. */
export function catchInterrupts(): Interrupts {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (name: keyof typeof exitCodes): void => {
    if (exitCode !== undefined) process.exit(exitCodes[name]);
    exitCode = exitCodes[name];
    process.stdout.write(
      "\nStopping after this step; what was learnt is saved. Ctrl-C again leaves at once.\n",
    );
    controller.abort();
  };
  for (const name of Object.keys(exitCodes)) process.on(name, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    done: () => {
      for (const name of Object.keys(exitCodes)) process.off(name, onSignal);
    },
  };
}
