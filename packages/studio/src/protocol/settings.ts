/** How far training images are varied at random: degrees either way, shares of the side, share of the size. */
export interface Variation {
  readonly rotation: number;
  readonly shift: number;
  readonly zoom: number;
}

/** What a run trains with. A technique that is off has 0, false or null. */
export interface RunSettings {
  /** Factor on the squares of both dense kernels. */
  readonly l2: number;
  /** Factor on the absolute values of both dense kernels. */
  readonly l1: number;
  /** Share of each dense layer's outputs that is left out in a training step. */
  readonly dropout: number;
  /** Batch normalization after both dense layers. */
  readonly batchNorm: boolean;
  readonly augmentation: Variation | null;
  readonly seed: number;
  readonly epochs: number;
}

/** The notebook's base network: nothing added. */
export const baseSettings: RunSettings = {
  l2: 0,
  l1: 0,
  dropout: 0,
  batchNorm: false,
  augmentation: null,
  seed: 1,
  epochs: 5,
};

/** The value of each technique's knob when it is switched on: the notebook's, and for L1 the practice's. */
export const knobDefaults = {
  l2: 0.01,
  l1: 0.0001,
  dropout: 0.5,
  augmentation: { rotation: 30, shift: 0.1, zoom: 0.2 },
} as const;

/** How far each knob turns. */
export const knobLimits = {
  l2: { least: 0.00001, most: 0.1 },
  l1: { least: 0.000001, most: 0.01 },
  dropout: { least: 0.05, most: 0.8 },
  rotation: { least: 0, most: 45 },
  shift: { least: 0, most: 0.25 },
  zoom: { least: 0, most: 0.4 },
  epochs: { least: 1, most: 50 },
  seed: { least: 0, most: 2 ** 31 - 1 },
} as const;

/** The practice's techniques that a run can be, by their names in its command line. */
export const techniqueNames = ["base", "l2", "l1", "dropout", "batchnorm", "augmentation"] as const;

export type TechniqueName = (typeof techniqueNames)[number];

/** The settings of a technique of the practice, exactly as it trains it. */
export function settingsOf(name: TechniqueName, { seed, epochs } = baseSettings): RunSettings {
  const plain = { ...baseSettings, seed, epochs };
  switch (name) {
    case "base":
      return plain;
    case "l2":
    case "l1":
    case "dropout":
      return { ...plain, [name]: knobDefaults[name] };
    case "batchnorm":
      return { ...plain, batchNorm: true };
    case "augmentation":
      return { ...plain, batchNorm: true, augmentation: knobDefaults.augmentation };
  }
}

/** Which of the practice's techniques these settings are, if any: only then do the notebook's figures compare. */
export function techniqueOf(settings: RunSettings): TechniqueName | undefined {
  return techniqueNames.find((name) => sameTraining(settingsOf(name, settings), settings));
}

/** The techniques that settings have on, with whatever values. Augmentation with batch normalization is one, as the notebook has it. */
export function techniquesIn({
  l2,
  l1,
  dropout,
  batchNorm,
  augmentation,
}: RunSettings): readonly Exclude<TechniqueName, "base">[] {
  return [
    ...(l2 > 0 ? (["l2"] as const) : []),
    ...(l1 > 0 ? (["l1"] as const) : []),
    ...(dropout > 0 ? (["dropout"] as const) : []),
    ...(batchNorm && !augmentation ? (["batchnorm"] as const) : []),
    ...(augmentation ? (["augmentation"] as const) : []),
  ];
}

/** Whether two runs are the same training, which gives the same network. */
export const isSameRun = (a: RunSettings, b: RunSettings): boolean =>
  sameTraining(a, b) && a.epochs === b.epochs && a.seed === b.seed;

/** Whether two runs train alike, but perhaps for another number of epochs or from another seed. */
function sameTraining(a: RunSettings, b: RunSettings): boolean {
  return trainingKey(a) === trainingKey(b);
}

/** A name for what the settings train, without epochs and seed; fit for a folder. */
export function trainingKey({ l2, l1, dropout, batchNorm, augmentation }: RunSettings): string {
  const parts = [
    l2 > 0 && `l2-${l2}`,
    l1 > 0 && `l1-${l1}`,
    dropout > 0 && `dropout-${dropout}`,
    batchNorm && "batchnorm",
    augmentation && `augmentation-${augmentation.rotation}-${augmentation.shift}-${augmentation.zoom}`,
  ].filter((part) => part !== false && part !== null);
  return parts.length === 0 ? "base" : parts.join("_");
}
