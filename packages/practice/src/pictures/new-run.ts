import type { Runtime } from "trazo";
import { machineName, softwareOf } from "../runs/environment.js";
import type { RunConfig } from "../runs/run-folder.js";
import type { Inspection } from "./inspect.js";
import type { PictureSplit } from "./split.js";

/** What the folder of a run on pictures that begins now says of it. */
export function newPictureRun(
  settings: Pick<RunConfig, "technique" | "seed" | "epochs" | "batchSize" | "data" | "settings">,
  { digest }: Inspection,
  { train, validation, test }: PictureSplit,
  runtime: Runtime,
): RunConfig {
  return {
    ...settings,
    dataDigest: digest,
    images: { train: train.length, validation: validation.length, test: test.length },
    monitor: "val_loss",
    software: softwareOf(runtime),
    machine: machineName(),
    started: new Date().toISOString(),
  };
}
