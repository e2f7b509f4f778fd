import { echoMs } from "./interrupt.js";

/** What ends a server, with a shell's exit codes for a process that each has ended. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal that asks a server to stop. */
export type StopSignal = keyof typeof exitCodes;

/**
 * Waits for the first SIGINT, SIGTERM or SIGHUP. A second SIGINT or SIGTERM ends the process at once; a second SIGHUP does not, as a
 * closed terminal may send it twice.
 */
export function firstStopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (name: StopSignal): void => {
      const now = performance.now();
      if (first === undefined) {
        first = now;
        resolve(name);
      } else if (name !== "SIGHUP" && now - first >= echoMs()) process.exit(exitCodes[name]);
    };
    for (const name of Object.keys(exitCodes)) process.on(name, onSignal);
  });
}
