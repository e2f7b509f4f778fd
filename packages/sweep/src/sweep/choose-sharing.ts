import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunConfiguration } from "../configuration/run-configuration.js";
import { localPool } from "../pool/local-pool.js";
import { usePool } from "../pool/use-pool.js";
import { dataDigest, isPictureFolder, loadData } from "../run/load-data.js";
import { codeVersion } from "../run/run-request.js";

/** How a machine's processors are shared among runs. */
export interface Sharing {
  /** Runs at the same time. */
  readonly parallel: number;
  /** Threads of each. */
  readonly threads: number;
  /** Training images a second of all runs together; absent where it was not measured. */
  readonly imagesPerSecond?: number | undefined;
}

const mostImages = 1000;
const epochs = 3;

/**
 * Runs of fewer threads also share what they do between epochs, such as saving, which is not measured: more threads must be
 * faster by this factor.
 */
const clearGain = 1.1;

/**
 * Measures with how many threads per run a machine trains the most images a second: one thread in as many runs as there are processors,
 * twice the threads in half the runs, and so on, as long as that is faster. Takes some seconds for each.
 *
 * @param cores processors to share
 * @param signal ends the measuring; the result is then of no use
 */
export async function chooseSharing(
  configuration: RunConfiguration,
  cores: number,
  signal?: AbortSignal,
): Promise<Sharing> {
  let best: Sharing = { parallel: cores, threads: 1 };
  // Of pictures nothing is measured: reading them all for that takes longer than it saves.
  if (cores === 1 || configuration.data.isPictures) return best;
  for (let threads = 1; threads <= cores; threads *= 2) {
    const sharing = { parallel: Math.floor(cores / threads), threads };
    const imagesPerSecond = await measure(configuration, sharing, signal);
    if (imagesPerSecond === undefined) return best;
    const isClear = best.imagesPerSecond === undefined || imagesPerSecond > clearGain * best.imagesPerSecond;
    if (!isClear) return best;
    best = { ...sharing, imagesPerSecond };
  }
  return best;
}

/** @returns undefined where the run fails: the sweep will say why */
async function measure(
  given: RunConfiguration,
  { parallel, threads }: Sharing,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const { train = mostImages } = given.data;
  const data = { ...given.data, train: Math.min(train, mostImages), test: 10 };
  const { earlyStopping: _, ...rest } = given;
  const configuration: RunConfiguration = { ...rest, data, epochs };
  const images = await loadData(data);
  if (isPictureFolder(images) || signal?.aborted) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "trazo-threads-"));
  const pool = localPool({ folder, processes: parallel });
  const request = { configuration, dataDigest: dataDigest(images), codeVersion, threads };
  try {
    const results = await usePool(pool, signal, () =>
      Promise.all(Array.from({ length: parallel }, (_, seed) => pool.run({ request: { ...request, seed } }))),
    );
    if (results.some(({ status }) => status !== "finished")) return undefined;
    // The first epoch makes plans and fills caches.
    const seconds = results.map(({ times }) => Math.min(...times.epochSeconds.slice(1)));
    const trained = (images.train.images.shape[0] as number) * (1 - (data.validation ?? 0.2));
    return seconds.reduce((sum, each) => sum + trained / each, 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
