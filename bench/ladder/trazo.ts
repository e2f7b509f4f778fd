import { fileURLToPath } from "node:url";
import type { ContenderSource } from "../contender.js";
import { startPeer } from "../peer-process.js";

const program = fileURLToPath(new URL("./process.ts", import.meta.url));

/**
 * Trazo's `fit` on a rung, in a process of its own like the others.
 *
 * @param side of the images, where it is not the rung's
 */
export const trazoContender = (network: string, batch: number, side?: number): ContenderSource => ({
  name: "Trazo",
  start: (threads) =>
    startPeer({
      name: "Trazo",
      command: process.execPath,
      args: [
        ...["--import", "tsx", program, "--network", network],
        ...["--batch", String(batch), "--threads", String(threads)],
        ...(side === undefined ? [] : ["--side", String(side)]),
      ],
    }),
});
