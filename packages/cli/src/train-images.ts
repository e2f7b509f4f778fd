import { basename, resolve } from "node:path";
import {
  type AugmentationName,
  describeInspection,
  describeScores,
  describeSplit,
  givenShape,
  holdsRun,
  type Inspection,
  imageNetworks,
  inspectPictures,
  newPictureRun,
  type PictureSplit,
  type Proposal,
  pictureDefaults,
  proposeSettings,
  type Run,
  type RunConfig,
  readRunToResume,
  runFiles,
  splitPictures,
  trainPictures,
  writePictureReport,
} from "@trazo/practice";
import { type JsonObject, nodeRuntime, type Runtime, TrainingInterrupted } from "trazo";
import { isKerasFile } from "trazo/node";
import { bestText, interruptedText } from "./ending.js";
import { catchInterrupts } from "./interrupt.js";
import { commandLine, ownCommand } from "./own-command.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";
import { UsageError } from "./usage-error.js";

export interface TrainImagesFlags {
  readonly images: string;
  readonly size?: number;
  readonly model?: string;
  readonly from?: string;
  readonly headOnly?: boolean;
  readonly augment?: AugmentationName;
  readonly patience?: number;
  readonly workers?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed: number;
  readonly out?: string;
  readonly threads?: number;
  readonly fresh?: boolean;
  readonly saveEvery?: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** From a folder of pictures to a classifier: looks at the folder, proposes settings, trains, tests once, reports. */
export async function trainImages(flags: TrainImagesFlags, { text, language }: Speech): Promise<void> {
  requireKnownModel(flags, text);
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const inspection = await inspectPictures(flags.images, progress(text));
  const split = splitPictures(inspection, flags.seed);
  const found = [...describeInspection(inspection, language), ...describeSplit(inspection, split, language)];
  say(found.join("\n"));
  const wishes = {
    size: flags.size,
    model: flags.model,
    from: flags.from,
    headOnly: flags.headOnly,
    augmentation: flags.augment,
    patience: flags.patience,
    shape: await shapeOf(flags, runtime, text),
  };
  const proposal = proposeSettings(inspection, split, wishes, language);
  say(`\n${proposal.reasons.map((reason) => `- ${reason}`).join("\n")}`);
  const config = configOf(flags, inspection, split, proposal, runtime);
  const folder = flags.out ?? `runs/${basename(resolve(flags.images))}`;
  say(`\n${text.training.pictureRun(runtime.name, flags.seed, folder)}\n`);
  const run = await train({ flags, inspection, split, proposal, config, folder, runtime, text });
  if (!run) return;
  const examination = await writePictureReport(
    run,
    { proposal, found, command: ownCommand(), language },
    runtime,
  );
  say(`\n${bestText(run, text)}\n\n${describeScores(examination, language).join("\n")}`);
  say(conclusion(folder, text));
}

interface Training {
  readonly flags: TrainImagesFlags;
  readonly inspection: Inspection;
  readonly split: PictureSplit;
  readonly proposal: Proposal;
  readonly config: RunConfig;
  readonly folder: string;
  readonly runtime: Runtime;
  readonly text: CliText;
}

/** @returns undefined when it was interrupted */
async function train({ flags, proposal, folder, text, ...rest }: Training): Promise<Run | undefined> {
  const interrupts = catchInterrupts(text);
  try {
    return await trainPictures({
      ...rest,
      folder,
      settings: proposal.settings,
      verbose: process.stdout.isTTY ? 1 : 2,
      workers: flags.workers,
      onModel: (model) => model.summary({ print: (text) => say(`${text}\n`) }),
      signal: () => interrupts.listen(),
      saveEvery: flags.saveEvery,
      fresh: flags.fresh,
    });
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    const best = holdsRun(folder) ? bestText(readRunToResume(folder), text) : undefined;
    say(interruptedText(error, best, text));
    process.exitCode = interrupts.exitCode;
    return undefined;
  } finally {
    interrupts.done();
  }
}

function requireKnownModel({ model, from, headOnly }: TrainImagesFlags, { usage }: CliText): void {
  if (model !== undefined && from !== undefined) {
    throw new UsageError(usage.fromOrModel);
  }
  if (headOnly && from === undefined) throw new UsageError(usage.headOnlyOfFrom);
  if (model === undefined || Object.hasOwn(imageNetworks, model) || isKerasFile(model)) return;
  throw new UsageError(usage.noSuchPictureModel(model, Object.keys(imageNetworks).join(", ")));
}

/** What a given file reads; undefined where the network is made for the pictures. */
async function shapeOf(
  { model, from, size }: TrainImagesFlags,
  runtime: Runtime,
  { usage }: CliText,
): Promise<readonly [number, number, 1 | 3] | undefined> {
  const path = from ?? (model !== undefined && isKerasFile(model) ? model : undefined);
  if (path === undefined) return undefined;
  if (size !== undefined) throw new UsageError(usage.sizeOfGivenModel);
  return await givenShape(path, runtime);
}

function configOf(
  { images, seed, epochs, batchSize }: TrainImagesFlags,
  inspection: Inspection,
  split: PictureSplit,
  { settings }: Proposal,
  runtime: Runtime,
): RunConfig {
  const given = {
    technique: settings.from === undefined ? basename(settings.model) : `head on ${basename(settings.from)}`,
    seed,
    epochs: epochs ?? pictureDefaults.epochs,
    batchSize: batchSize ?? pictureDefaults.batchSize,
    data: images,
    settings: JSON.parse(JSON.stringify(settings)) as JsonObject,
  };
  return newPictureRun(given, inspection, split, runtime);
}

/** Looking at thousands of pictures takes a while. */
function progress({ training }: CliText): (done: number, of: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done, of) => {
    if (done % 50 !== 0 && done !== of) return;
    process.stderr.write(done === of ? "\r\u001b[K" : `\r${training.looking(done, of)}`);
  };
}

function conclusion(folder: string, { training, next }: CliText): string {
  const steps: readonly (readonly [args: readonly string[], purpose: string])[] = [
    [["evaluate", folder], next.evaluatePictures],
    [["predict", folder, "picture.jpg"], next.predictPicture],
    [["serve", folder], next.servePictures],
    [["export", folder, "--to", "onnx"], next.exportPictures],
  ];
  return [
    `\n${training.pictureReport(`${folder}/${runFiles.report}`)}`,
    training.pictureModels(`${folder}/${runFiles.keras}`, `${folder}/${runFiles.onnx}`, runFiles.card),
    `\n${next.title}`,
    ...steps.map(([args, purpose]) => `  npx ${commandLine(args)}   # ${purpose}`),
  ].join("\n");
}
