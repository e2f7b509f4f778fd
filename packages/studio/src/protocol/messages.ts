import type { PictureFormat, PictureHeat, PictureRun, PictureSettings } from "./pictures.js";
import type { Failure } from "./refusals.js";
import type { RunSettings, TechniqueName, Variation } from "./settings.js";

/** What a digit goes through before it is read: pixels to the right and down, degrees clockwise, a factor, and the strength of noise (0 to 1). */
export interface Distortion {
  readonly right: number;
  readonly down: number;
  readonly rotation: number;
  readonly zoom: number;
  readonly noise: number;
}

export const undistorted: Distortion = { right: 0, down: 0, rotation: 0, zoom: 1, noise: 0 };

/** A picture to read: a drawing (dark ink on white, row by row), or a test digit by its number. */
export type Subject =
  | { readonly kind: "drawing"; readonly side: number; readonly pixels: string }
  | { readonly kind: "digit"; readonly index: number };

/** What a page can ask of the engine. Bytes travel as base64. */
export interface Commands {
  /** Everything that a page which has just opened must know. */
  hello: { readonly ask: Record<never, never>; readonly answer: Hello };
  /** Begins a run: at once, ending the one in progress, or after it. */
  start: {
    readonly ask: {
      readonly settings: RunSettings;
      readonly next?: boolean;
      readonly from?: Beginning;
      /**
       * Only if no run has begun since the engine was started, as several pages may open at once, and no such run has been kept: then the answer is
       * the one that has.
       */
      readonly first?: boolean;
    };
    readonly answer: { readonly run: number };
  };
  play: { readonly ask: Record<never, never>; readonly answer: null };
  pause: { readonly ask: Record<never, never>; readonly answer: null };
  /** Trains this many more steps, then pauses. */
  step: { readonly ask: { readonly count: number }; readonly answer: null };
  /** Ends the run in progress and forgets the queue. */
  stop: { readonly ask: Record<never, never>; readonly answer: null };
  /** Reads a picture now, and again every few steps of the run in progress until the page asks for another. */
  watch: {
    readonly ask: { readonly client: string; readonly subject: Subject; readonly distortion: Distortion };
    readonly answer: Reading | null;
  };
  /** Reads a picture as a run's network did at a moment of its training. */
  rewind: {
    readonly ask: {
      readonly run: number;
      readonly step: number;
      readonly subject: Subject;
      readonly distortion: Distortion;
    };
    readonly answer: Reading | null;
  };
  /** One picture, read by every run that has a network to read it. */
  readAll: {
    readonly ask: { readonly subject: Subject; readonly distortion: Distortion };
    readonly answer: { readonly seen: string; readonly readings: readonly RunReading[] };
  };
  /** The test digits that are distorted to compare networks, read by every finished run. */
  readTest: { readonly ask: { readonly distortion: Distortion }; readonly answer: TestReading };
  /** Wrong readings of the same test digits at every amount of one distortion. */
  robustness: { readonly ask: { readonly by: DistortionName }; readonly answer: Robustness };
  /** Wrong readings of the same test digits with more and more of the dense units taken out. */
  resilience: { readonly ask: Record<never, never>; readonly answer: Resilience };
  /** What shows best what techniques have changed in networks; runs without a network are left out. */
  measures: {
    readonly ask: { readonly runs: readonly number[] };
    readonly answer: { readonly runs: readonly RunMeasures[] };
  };
  /** Test digits as the networks see them, row after row of 784 bytes. */
  digits: {
    readonly ask: { readonly indices: readonly number[]; readonly distortion: Distortion };
    readonly answer: { readonly pixels: string; readonly labels: readonly number[] };
  };
  /** A run's network as a file. */
  save: {
    readonly ask: { readonly run: number; readonly format: FileFormat };
    readonly answer: { readonly bytes: string };
  };
  /** What a run's network is made of, and how it works on a picture: now, or at the last kept moment up to a step. */
  inside: {
    readonly ask: {
      readonly run: number;
      readonly subject: Subject;
      readonly distortion: Distortion;
      readonly step?: number;
    };
    readonly answer: InsideReading;
  };
  /** What augmentation makes of a picture. */
  variants: {
    readonly ask: { readonly subject: Subject; readonly variation: Variation; readonly count: number };
    readonly answer: { readonly pixels: string };
  };
  /** Trains a network on somebody's own pictures; digits wait meanwhile. */
  trainPictures: {
    readonly ask: {
      readonly settings: PictureSettings;
      /** The number of each picture's class. */
      readonly labels: readonly number[];
      /** Picture after picture, row by row, a byte for each channel. */
      readonly pixels: string;
      /** What the page calls these pictures. The run bears it, too, so that a page knows whether it still has them. */
      readonly mark: string;
    };
    readonly answer: { readonly run: number };
  };
  /** Ends that training; its network can be used as it is. */
  stopPictures: { readonly ask: Record<never, never>; readonly answer: null };
  /** Reads pictures of the size that the network was trained with. */
  readPictures: {
    readonly ask: { readonly pixels: string };
    readonly answer: { readonly run: number; readonly probabilities: readonly (readonly number[])[] };
  };
  /** Where the network looks when it takes a picture for a class. */
  heatPicture: {
    readonly ask: { readonly pixels: string; readonly of: number };
    readonly answer: PictureHeat;
  };
  /** The network as a file. */
  savePictures: {
    readonly ask: { readonly format: PictureFormat };
    readonly answer: { readonly bytes: string };
  };
}

export const fileFormats = ["keras", "onnx"] as const;
export type FileFormat = (typeof fileFormats)[number];

export type CommandName = keyof Commands;
export type Ask<Name extends CommandName> = Commands[Name]["ask"];
export type Answer<Name extends CommandName> = Commands[Name]["answer"];

/** A question as it travels: the command and what it needs. */
export type Question = {
  readonly [Name in CommandName]: { readonly command: Name } & Ask<Name>;
}[CommandName];

export const distortionNames = ["shift", "rotation", "zoom", "noise"] as const;
export type DistortionName = (typeof distortionNames)[number];

/** What trains, and on what. */
export interface Hello {
  readonly engine: Engine;
  readonly data: DataSet;
  readonly playing: boolean;
  /** No run has begun since the engine was started. */
  readonly isFresh: boolean;
  readonly runs: readonly RunRecord[];
  /** What the notebook published of the practice's techniques, where the data are the notebook's. */
  readonly published: Published;
  /** The last training on pictures. */
  readonly pictures: PictureRun | null;
}

export type Published = Readonly<Partial<Record<TechniqueName, readonly PublishedPoint[]>>>;

/** A validation accuracy that the notebook printed at the end of an epoch, from 1. */
export interface PublishedPoint {
  readonly epoch: number;
  readonly valAccuracy: number;
}

export interface Engine {
  /** In a process of its own, or in the page itself. */
  readonly kind: "native" | "page";
  /** What computes, by its own name and version. */
  readonly library: string;
  readonly threads: number;
}

export interface DataSet {
  /** A name, or the folder that they came from. */
  readonly source: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** How many test digits `readTest` and `robustness` read. */
  readonly compared: number;
}

export type RunStatus = "waiting" | "running" | "done" | "stopped" | "failed";

/** A run that is over can still be read with if its network was trained to the end. */
export const isOver = (status: RunStatus): boolean => status !== "waiting" && status !== "running";

/** An earlier run's weights, with which another run begins: those of its last kept moment up to a step. */
export interface Beginning {
  readonly run: number;
  readonly step: number;
}

export interface RunRecord {
  /** From 1, in the order of their beginning. */
  readonly id: number;
  readonly settings: RunSettings;
  /** Steps that its weights had been trained for before it began, by another run. */
  readonly offset?: number;
  readonly status: RunStatus;
  /** Steps done. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly points: readonly StepPoint[];
  readonly checks: readonly CheckPoint[];
  readonly epochs: readonly EpochPoint[];
  /** Steps whose weights are kept, to rewind to. */
  readonly moments: readonly number[];
  /** On all test digits; once it is done. */
  readonly test?: Score;
  /** Where it is kept, if it is. */
  readonly folder?: string;
  /** It could not be kept: it is there only until the studio is closed. */
  readonly isUnkept?: true;
  /** Why it failed. */
  readonly failure?: Failure;
  /** Images trained in a second, lately. */
  readonly rate: number;
}

export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** Means over the steps since the point before. */
export interface StepPoint extends Score {
  readonly step: number;
}

/** Means over some validation digits. */
export interface CheckPoint extends StepPoint {
  /**
   * The same with the averages of these digits in place of those that batch normalization remembers, until those have caught up.
   */
  readonly own?: Score;
}

export interface EpochPoint {
  /** From 1. */
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly valLoss: number;
  readonly valAccuracy: number;
}

/** What the engine tells every page, as it happens. */
export type StudioEvent =
  /** A run is new, or something of it but its points has changed. */
  | { readonly type: "run"; readonly run: Omit<RunRecord, "points" | "checks" | "epochs" | "moments"> }
  | { readonly type: "step"; readonly run: number; readonly point: StepPoint; readonly rate: number }
  | { readonly type: "check"; readonly run: number; readonly point: CheckPoint }
  | { readonly type: "epoch"; readonly run: number; readonly point: EpochPoint }
  | { readonly type: "moments"; readonly run: number; readonly steps: readonly number[] }
  | { readonly type: "pictures"; readonly run: PictureRun }
  | { readonly type: "playing"; readonly playing: boolean }
  /** For the page that watches. */
  | { readonly type: "reading"; readonly client: string; readonly reading: Reading };

/** How a network read a picture. */
export interface Reading {
  readonly run: number;
  readonly step: number;
  /** The picture as the network got it, 28 × 28 bytes. */
  readonly seen: string;
  readonly probabilities: readonly number[];
  readonly layers: readonly LayerReading[];
}

export interface LayerReading {
  readonly kind: "convolution" | "pooling" | "dense";
  /** Height and width of a map, and how many there are; of a dense layer 1, 1 and its units. */
  readonly shape: readonly [height: number, width: number, maps: number];
  /** Map after map, row by row; 255 is the layer's largest value. */
  readonly values: string;
}

export interface InsideReading {
  /** The picture, 28 × 28 bytes; empty when nothing is drawn. */
  readonly seen: string;
  /** The first convolution: six kernels of 5 × 5, row by row, one after another, and their biases. */
  readonly kernels: readonly number[];
  readonly biases: readonly number[];
  /** The weights between the two large dense layers. */
  readonly weights: {
    /** Sizes of some of them, `side` × `side` bytes. */
    readonly picture: string;
    readonly side: number;
    /** Shares of all, in bins over `range` either way. */
    readonly histogram: readonly number[];
    readonly range: number;
    /** Share of those that do nearly nothing. */
    readonly nearZero: number;
  };
  /** Ten answers to the picture, each with other units switched off, and which those were in the first. */
  readonly masks: {
    readonly rate: number;
    readonly off: string;
    readonly answers: readonly (readonly number[])[];
  };
  /** The second dense layer's units on many digits: for which share of them each gives anything (a byte each), and how many give nothing for any. */
  readonly working: { readonly shares: string; readonly silent: number; readonly digits: number };
  /** What the first dense layer gives for many digits: shares in bins over `range` either way, before and after normalization. */
  readonly activations: {
    readonly range: number;
    readonly before: readonly number[];
    readonly after: readonly number[] | null;
  };
  /** Standard deviations of some of the first dense layer's units: as batch normalization remembers them, and as they are. */
  readonly averages: { readonly remembered: readonly number[]; readonly real: readonly number[] } | null;
  /** Where the network looks for its answer; null when nothing is drawn. */
  readonly heat: (PictureHeat & { readonly read: number }) | null;
}

/** Pixels that test digits are moved by, to see who reads them still. */
export const movedPixels = 4;

export interface RunMeasures {
  readonly run: number;
  /** The share of the weights between the dense layers that do almost nothing. */
  readonly nearZero: number;
  /** How many neurons of the second dense layer answer to no digit. */
  readonly silent: number;
  /** How it reads test digits. */
  readonly misread: Misread;
  /** The same with the averages of these digits in place of those that it remembers; of networks that normalize. */
  readonly own?: Misread;
}

/** Shares of some test digits that a network misreads: as they are, and moved by `movedPixels`. */
export interface Misread {
  readonly still: number;
  readonly moved: number;
}

export interface RunReading {
  readonly run: number;
  readonly probabilities: readonly number[];
}

export interface TestReading {
  /** Places of the digits among the test digits. */
  readonly indices: readonly number[];
  readonly labels: readonly number[];
  readonly runs: readonly { readonly run: number; readonly read: readonly number[] }[];
}

export interface Resilience {
  /** Of each dense layer's units. */
  readonly shares: readonly number[];
  readonly digits: number;
  readonly runs: readonly { readonly run: number; readonly wrong: readonly number[] }[];
}

export interface Robustness {
  readonly by: DistortionName;
  readonly amounts: readonly number[];
  readonly digits: number;
  readonly runs: readonly { readonly run: number; readonly wrong: readonly number[] }[];
}
