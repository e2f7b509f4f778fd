import type { Language } from "../language.js";
import type { Inspection } from "./inspect.js";
import type { PictureSplit } from "./split.js";
import { figureIn, type PictureText, pictureTexts } from "./text/index.js";

/** How training pictures are varied. */
export const augmentations = ["none", "light", "full"] as const;
export type AugmentationName = (typeof augmentations)[number];

/** Pixels per side that may be asked for. */
export const pictureSizes = { least: 8, most: 1024 } as const;

/** Unless told otherwise; training ends before, when it gets no better. */
export const pictureDefaults = { epochs: 60, batchSize: 32 } as const;

/** How a classifier of a folder's pictures is trained: plain data, kept in the run's folder. */
export interface PictureSettings {
  /** `small`, `resnet`, or the path of a file. */
  readonly model: string;
  /** The file whose layers the model begins with. */
  readonly from?: string | undefined;
  /** With `from`: whether its upper layers are trained as well, once the new layer is. */
  readonly fineTunes?: boolean | undefined;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly fit: "stretch" | "crop" | "contain";
  /** What shows through transparent pixels; undefined where no picture has any. */
  readonly background?: readonly [number, number, number] | undefined;
  readonly augmentation: AugmentationName;
  /** Whether rare classes count more in the loss. */
  readonly weighsClasses: boolean;
  /** Epochs without a better validation loss after which training ends. */
  readonly patience: number;
}

/** Settings with a reason for each in a sentence. */
export interface Proposal {
  readonly settings: PictureSettings;
  readonly reasons: readonly string[];
}

/** What the user has decided. */
export interface Wishes {
  readonly size?: number | undefined;
  readonly model?: string | undefined;
  readonly from?: string | undefined;
  /** With `from`: only the new layer is trained. */
  readonly headOnly?: boolean | undefined;
  readonly augmentation?: AugmentationName | undefined;
  readonly patience?: number | undefined;
  /** Height, width and channels of a given model. */
  readonly shape?: readonly [height: number, width: number, channels: 1 | 3] | undefined;
}

const sizes = [32, 48, 64, 96] as const;
/** From here on the proportions of classes are made up for. */
const imbalance = 1.5;
/** From here on a larger network may be worth its time. */
const manyPictures = 20_000;

/** Proposes how to train on the pictures of a folder, and says why. */
export function proposeSettings(
  inspection: Inspection,
  split: PictureSplit,
  wishes: Wishes = {},
  language: Language = "en",
): Proposal {
  const reasons: string[] = [];
  const text = pictureTexts[language];
  const because: Because = (value, reason) => {
    reasons.push(reason(text.reasons));
    return value;
  };
  const pictures = split.train.map((i) => inspection.pictures[i] as Inspection["pictures"][number]);
  const shape = shapeFor(pictures, wishes, because);
  const settings: PictureSettings = {
    model: modelFor(pictures.length, wishes, because),
    ...(wishes.from !== undefined && { from: wishes.from, fineTunes: !wishes.headOnly }),
    ...shape,
    fit: fitFor(pictures, because),
    ...(pictures.some(({ isTransparent }) => isTransparent) && {
      background: because([255, 255, 255] as const, ({ onWhite }) => onWhite),
    }),
    augmentation: augmentationFor(inspection, shape.channels, wishes, because),
    weighsClasses: weighs(inspection, split, text, because),
    patience: wishes.patience ?? 8,
  };
  return { settings, reasons };
}

type Because = <T>(value: T, reason: (text: PictureText["reasons"]) => string) => T;

function shapeFor(
  pictures: Inspection["pictures"],
  { size, shape }: Wishes,
  because: Because,
): Pick<PictureSettings, "height" | "width" | "channels"> {
  if (shape) {
    const [height, width, channels] = shape;
    return because({ height, width, channels }, ({ modelReads }) => modelReads(`${height}×${width}`));
  }
  const isGray = pictures.every((picture) => picture.isGray);
  const channels = isGray
    ? because(1 as const, ({ gray }) => gray)
    : because(3 as const, ({ color }) => color);
  if (size !== undefined) return { height: size, width: size, channels };
  const short = median(pictures.map(({ width, height }) => Math.min(width, height)));
  const chosen = sizes.findLast((one) => one <= short) ?? sizes[0];
  const written = `${chosen}×${chosen}`;
  return because({ height: chosen, width: chosen, channels }, ({ largestSize, shortSide }) =>
    chosen === sizes.at(-1) ? largestSize(written) : shortSide(written, Math.round(short)),
  );
}

function modelFor(count: number, { model, from, headOnly }: Wishes, because: Because): string {
  if (from !== undefined) {
    return because("head", (text) => (headOnly ? text.headOnly : text.fineTunes));
  }
  if (model !== undefined) return model;
  return because("small", ({ smallOf, smallOfMany }) =>
    count < manyPictures ? smallOf(count) : smallOfMany,
  );
}

function fitFor(pictures: Inspection["pictures"], because: Because): PictureSettings["fit"] {
  const longer = median(
    pictures.map(({ width, height }) => Math.max(width, height) / Math.min(width, height)),
  );
  if (longer < 1.2) return because("stretch", ({ stretch }) => stretch);
  if (longer < 1.6) return because("crop", ({ crop }) => crop);
  return because("contain", ({ contain }) => contain);
}

function augmentationFor(
  { classNames }: Inspection,
  channels: 1 | 3,
  { augmentation }: Wishes,
  because: Because,
): AugmentationName {
  if (augmentation !== undefined) return augmentation;
  const mirrored = classNames.find(
    (name) => /^[A-Za-z0-9]$/.test(name) || /\b(left|right|izquierda|derecha)\b/i.test(name),
  );
  if (mirrored !== undefined) return because("light", ({ lightFor }) => lightFor(mirrored));
  if (channels === 1) return because("light", ({ lightForGray }) => lightForGray);
  return because("full", ({ full }) => full);
}

function weighs(
  { pictures, classNames }: Inspection,
  split: PictureSplit,
  text: PictureText,
  because: Because,
): boolean {
  const counts = classNames.map((_, label) => split.train.filter((i) => pictures[i]?.class === label).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most <= imbalance * least) return false;
  const nameOf = (count: number): string => classNames[counts.indexOf(count)] as string;
  return because(true, ({ weighs }) =>
    weighs({ most: nameOf(most), least: nameOf(least), times: figureIn(text, most / least, 1) }),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
