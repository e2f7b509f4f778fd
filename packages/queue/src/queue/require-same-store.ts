import { TrazoError } from "trazo";

/** @throws TrazoError when runs travel through another store than a worker's own; undefined stands for a folder that all machines share */
export function requireSameStore(wanted: string | undefined, own: string | undefined): void {
  if (wanted === own) return;
  throw new TrazoError(
    wanted === undefined
      ? `The sweep's runs are made in a folder that all machines share, but this worker was started with --store ${own}.`
      : `The sweep's runs travel through ${wanted}, but this worker ${own === undefined ? "has no store" : `uses ${own}`}. ` +
          `Start it with --store ${wanted}.`,
  );
}
