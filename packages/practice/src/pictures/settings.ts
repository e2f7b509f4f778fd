import type { Inspection } from "./inspect.js";
import { imageNetworks } from "./networks.js";
import type { PictureSplit } from "./split.js";

/** How training pictures are varied. */
export const augmentations = ["none", "light", "full"] as const;
export type AugmentationName = (typeof augmentations)[number];

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

/** Proposes how to train on the pictures of a folder, and says why. */
export function proposeSettings(inspection: Inspection, split: PictureSplit, wishes: Wishes = {}): Proposal {
  const reasons: string[] = [];
  const because = <T>(value: T, reason: string): T => {
    reasons.push(reason);
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
      background: because(
        [255, 255, 255] as const,
        "Some pictures are transparent: they are placed on white.",
      ),
    }),
    augmentation: augmentationFor(inspection, shape.channels, wishes, because),
    weighsClasses: weighs(inspection, split, because),
    patience: wishes.patience ?? 8,
  };
  return { settings, reasons };
}

type Because = <T>(value: T, reason: string) => T;

function shapeFor(
  pictures: Inspection["pictures"],
  { size, shape }: Wishes,
  because: Because,
): Pick<PictureSettings, "height" | "width" | "channels"> {
  if (shape) {
    const [height, width, channels] = shape;
    return because({ height, width, channels }, `${height}×${width} pixels: what the model reads.`);
  }
  const isGray = pictures.every((picture) => picture.isGray);
  const channels = isGray
    ? because(1 as const, "One channel: every picture is gray.")
    : because(3 as const, "Three channels: there are pictures in color.");
  if (size !== undefined) return { height: size, width: size, channels };
  const short = median(pictures.map(({ width, height }) => Math.min(width, height)));
  const chosen = sizes.findLast((one) => one <= short) ?? sizes[0];
  const why =
    chosen === sizes.at(-1)
      ? "larger ones take longer, and rarely tell more; change it with --size"
      : `the short side of most pictures has ${Math.round(short)}`;
  return because({ height: chosen, width: chosen, channels }, `${chosen}×${chosen} pixels: ${why}.`);
}

function modelFor(count: number, { model, from, headOnly }: Wishes, because: Because): string {
  if (from !== undefined) {
    return because(
      "head",
      headOnly
        ? "A new last layer on the given model, whose own layers stay as they are."
        : "First a new last layer on the given model, whose own layers stay as they are; then the upper third of these is trained as well, " +
            "in steps a tenth as large.",
    );
  }
  if (model !== undefined) return model;
  return because(
    "small",
    `The ${imageNetworks.small.description}: ${count < 20_000 ? `with ${count} training pictures a larger one usually only takes longer` : "try --model resnet, too"}.`,
  );
}

function fitFor(pictures: Inspection["pictures"], because: Because): PictureSettings["fit"] {
  const longer = median(
    pictures.map(({ width, height }) => Math.max(width, height) / Math.min(width, height)),
  );
  if (longer < 1.2)
    return because("stretch", "Pictures are square, or nearly so: they are scaled as a whole.");
  if (longer < 1.6)
    return because("crop", "Most pictures are somewhat longer than wide, or wider: the middle is taken.");
  return because(
    "contain",
    "Most pictures are much longer than wide, or wider: they get bars, so that nothing is cut off.",
  );
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
  if (mirrored !== undefined) {
    return because(
      "light",
      `Turned, moved and zoomed a little, but not mirrored: the class "${mirrored}" may mean something else then.`,
    );
  }
  if (channels === 1)
    return because(
      "light",
      "Turned, moved and zoomed a little, but not mirrored, as gray pictures are often signs.",
    );
  return because(
    "full",
    "Turned, moved, zoomed, mirrored, lighter and darker: a photograph of the same thing may be so.",
  );
}

function weighs({ pictures, classNames }: Inspection, split: PictureSplit, because: Because): boolean {
  const counts = classNames.map((_, label) => split.train.filter((i) => pictures[i]?.class === label).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most <= imbalance * least) return false;
  return because(
    true,
    `Rare classes count more in the loss: "${classNames[counts.indexOf(most)]}" has ${(most / least).toFixed(1)} times as many pictures as ` +
      `"${classNames[counts.indexOf(least)]}".`,
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
