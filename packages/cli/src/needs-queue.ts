import { TrazoError } from "trazo";
import type { CliText } from "./text/index.js";

/** The package of queues, which only those have that use one. @throws TrazoError with what to install */
export async function needsQueue({ errors }: CliText): Promise<typeof import("@trazo/queue")> {
  try {
    return await import("@trazo/queue");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new TrazoError(errors.needsQueue, { cause });
  }
}
