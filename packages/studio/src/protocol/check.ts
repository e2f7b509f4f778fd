import {
  type Beginning,
  type CommandName,
  type Distortion,
  distortionNames,
  fileFormats,
  type Question,
  type Subject,
  undistorted,
} from "./messages.js";
import {
  mostPictures,
  type PictureSettings,
  pictureFormats,
  pictureLimits,
  pictureSides,
} from "./pictures.js";
import { knobLimits, type RunSettings, type Variation } from "./settings.js";

/** What is wrong with a question, in words for the author of the program that asks it. */
export class QuestionError extends Error {
  override name = "QuestionError";
}

/** Most numbers that a list in a question may have, as of test digits to see. */
const mostListed = 1000;
const mostVariants = 32;
/** Pixels per side that a drawing may have. */
const mostSide = 512;

type Fields = Readonly<Record<string, unknown>>;

/**
 * A question as the engine may take it, of anything that arrived.
 *
 * @throws QuestionError naming the field that is wrong
 */
export function checkQuestion(given: unknown): Question {
  const fields = objectOf(given, "The question");
  const { command } = fields;
  if (!isCommand(command)) {
    throw new QuestionError(
      `Unknown command ${JSON.stringify(command)}. Known: ${Object.keys(checks).join(", ")}.`,
    );
  }
  return { command, ...checks[command](fields) } as Question;
}

const isCommand = (name: unknown): name is CommandName =>
  typeof name === "string" && Object.hasOwn(checks, name);

const nothing = (): object => ({});

const checks: Readonly<Record<CommandName, (fields: Fields) => object>> = {
  hello: nothing,
  play: nothing,
  pause: nothing,
  stop: nothing,
  step: ({ count }) => ({ count: whole(count, "count", 1, 1000) }),
  start: ({ settings, next = false, first = false, from }) => ({
    settings: settingsIn(settings),
    next: flag(next, "next"),
    first: flag(first, "first"),
    ...(from !== undefined && { from: beginningIn(from) }),
  }),
  watch: ({ client, ...rest }) => ({ client: nameIn(client, "client"), ...pictureIn(rest) }),
  rewind: ({ run, step, ...rest }) => ({
    run: whole(run, "run", 1),
    step: whole(step, "step", 0),
    ...pictureIn(rest),
  }),
  save: ({ run, format }) => ({ run: whole(run, "run", 1), format: oneOf(format, fileFormats, "format") }),
  inside: ({ run, step, ...rest }) => ({
    run: whole(run, "run", 1),
    ...(step !== undefined && { step: whole(step, "step", 0) }),
    ...pictureIn(rest),
  }),
  resilience: nothing,
  readAll: pictureIn,
  readTest: ({ distortion }) => ({ distortion: distortionIn(distortion) }),
  robustness: ({ by }) => ({ by: oneOf(by, distortionNames, "by") }),
  measures: ({ runs }) => ({ runs: wholes(runs, "runs", 1) }),
  digits: ({ indices, distortion }) => ({
    indices: wholes(indices, "indices", 0),
    distortion: distortionIn(distortion),
  }),
  variants: ({ subject, variation, count }) => ({
    subject: subjectIn(subject),
    variation: variationIn(variation),
    count: whole(count, "count", 1, mostVariants),
  }),
  trainPictures: ({ settings, labels, pixels, mark }) => {
    const checked = pictureSettingsIn(settings);
    const { side, channels, classes } = checked;
    if (!Array.isArray(labels)) throw new QuestionError('"labels" must be a list of numbers.');
    whole(labels.length, "labels.length", pictureLimits.pictures.least, mostPictures(side, channels));
    return {
      settings: checked,
      labels: labels.map((label) => whole(label, "labels", 0, classes.length - 1)),
      pixels: bytesIn(pixels, labels.length * side * side * channels),
      mark: nameIn(mark, "mark"),
    };
  },
  stopPictures: nothing,
  readPictures: ({ pixels }) => ({ pixels: bytesIn(pixels) }),
  heatPicture: ({ pixels, of }) => ({
    pixels: bytesIn(pixels),
    of: whole(of, "of", 0, pictureLimits.classes.most - 1),
  }),
  savePictures: ({ format }) => ({ format: oneOf(format, pictureFormats, "format") }),
};

/** @throws QuestionError naming what is wrong with them */
export function pictureSettingsIn(given: unknown): PictureSettings {
  const { classes, side, channels, epochs, seed, varied } = objectOf(given, "settings");
  const { least, most } = pictureLimits.classes;
  const isName = (name: unknown): boolean =>
    typeof name === "string" && name.trim() !== "" && name.length <= pictureLimits.name;
  if (!Array.isArray(classes) || !classes.every(isName) || new Set(classes).size !== classes.length) {
    throw new QuestionError(
      `"classes" must be a list of different names of 1 to ${pictureLimits.name} characters.`,
    );
  }
  whole(classes.length, "classes.length", least, most);
  return {
    classes: classes as string[],
    side: numberOf(side, pictureSides, "side"),
    channels: numberOf(channels, [1, 3] as const, "channels"),
    epochs: whole(epochs, "epochs", pictureLimits.epochs.least, pictureLimits.epochs.most),
    seed: whole(seed, "seed", knobLimits.seed.least, knobLimits.seed.most),
    varied: flag(varied, "varied"),
  };
}

/** Bytes in base64: so many, where that is said, or else as many as a training may have at most. */
function bytesIn(given: unknown, count?: number): string {
  const lengthOf = (bytes: number): number => 4 * Math.ceil(bytes / 3);
  const isText = typeof given === "string" && given.length > 0 && given.length % 4 === 0;
  const fits =
    isText &&
    (count === undefined ? given.length <= lengthOf(pictureLimits.bytes) : given.length === lengthOf(count));
  if (fits && /^[\w+/]*={0,2}$/.test(given)) return given;
  throw new QuestionError(
    `"pixels" must be ${count ?? "the"} bytes in base64: one for each pixel and channel.`,
  );
}

/** @throws QuestionError naming what is wrong with them */
export function settingsIn(given: unknown): RunSettings {
  const { l2, l1, dropout, batchNorm, augmentation, seed, epochs } = objectOf(given, "settings");
  return {
    l2: number(l2, "l2", 0, knobLimits.l2.most),
    l1: number(l1, "l1", 0, knobLimits.l1.most),
    dropout: number(dropout, "dropout", 0, knobLimits.dropout.most),
    batchNorm: flag(batchNorm, "batchNorm"),
    augmentation: augmentation === null ? null : variationIn(augmentation),
    seed: whole(seed, "seed", knobLimits.seed.least, knobLimits.seed.most),
    epochs: whole(epochs, "epochs", knobLimits.epochs.least, knobLimits.epochs.most),
  };
}

function variationIn(given: unknown): Variation {
  const { rotation, shift, zoom } = objectOf(given, "augmentation");
  return {
    rotation: number(rotation, "rotation", 0, knobLimits.rotation.most),
    shift: number(shift, "shift", 0, knobLimits.shift.most),
    zoom: number(zoom, "zoom", 0, knobLimits.zoom.most),
  };
}

function beginningIn(given: unknown): Beginning {
  const { run, step } = objectOf(given, "from");
  return { run: whole(run, "run", 1), step: whole(step, "step", 0) };
}

function pictureIn({ subject, distortion }: Fields): object {
  return { subject: subjectIn(subject), distortion: distortionIn(distortion) };
}

function subjectIn(given: unknown): Subject {
  const fields = objectOf(given, "subject");
  if (fields.kind === "digit") return { kind: "digit", index: whole(fields.index, "index", 0) };
  if (fields.kind !== "drawing") {
    throw new QuestionError(`"kind" must be "drawing" or "digit", but is ${JSON.stringify(fields.kind)}.`);
  }
  const side = whole(fields.side, "side", 16, mostSide);
  const { pixels } = fields;
  const length = 4 * Math.ceil((side * side) / 3);
  if (typeof pixels !== "string" || pixels.length !== length || !/^[\w+/]*={0,2}$/.test(pixels)) {
    throw new QuestionError(
      `"pixels" must be ${side * side} bytes in base64: one for each of ${side}×${side} pixels.`,
    );
  }
  return { kind: "drawing", side, pixels };
}

function distortionIn(given: unknown): Distortion {
  if (given === undefined) return undistorted;
  const { right, down, rotation, zoom, noise } = objectOf(given, "distortion");
  return {
    right: number(right, "right", -28, 28),
    down: number(down, "down", -28, 28),
    rotation: number(rotation, "rotation", -180, 180),
    zoom: number(zoom, "zoom", 0.25, 4),
    noise: number(noise, "noise", 0, 1),
  };
}

function nameIn(given: unknown, what: string): string {
  if (typeof given === "string" && /^[\w-]{1,64}$/.test(given)) return given;
  throw new QuestionError(`"${what}" must be a name of letters, digits, "-" and "_".`);
}

function objectOf(given: unknown, what: string): Fields {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given as Fields;
  throw new QuestionError(`${what} must be an object.`);
}

function number(given: unknown, what: string, least: number, most: number): number {
  if (typeof given === "number" && given >= least && given <= most) return given;
  throw new QuestionError(
    `"${what}" must be a number from ${least} to ${most}, but is ${JSON.stringify(given)}.`,
  );
}

function whole(given: unknown, what: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = number(given, what, least, most);
  if (Number.isInteger(value)) return value;
  throw new QuestionError(`"${what}" must be an integer, but is ${value}.`);
}

function wholes(given: unknown, what: string, least: number): readonly number[] {
  if (!Array.isArray(given) || given.length > mostListed) {
    throw new QuestionError(`"${what}" must be a list of at most ${mostListed} numbers.`);
  }
  return given.map((value) => whole(value, what, least));
}

function flag(given: unknown, what: string): boolean {
  if (typeof given === "boolean") return given;
  throw new QuestionError(`"${what}" must be true or false, but is ${JSON.stringify(given)}.`);
}

function numberOf<T extends number>(given: unknown, known: readonly T[], what: string): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new QuestionError(`"${what}" must be one of ${known.join(", ")}, but is ${JSON.stringify(given)}.`);
}

function oneOf<T extends string>(given: unknown, known: readonly T[], what: string): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  throw new QuestionError(`"${what}" must be one of ${known.join(", ")}, but is ${JSON.stringify(given)}.`);
}
