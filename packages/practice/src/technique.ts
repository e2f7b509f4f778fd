import type { ImageDataGenerator, Loss, Optimizer, Sequential, SequentialOptions } from "trazo";
import type { TechniqueReport } from "./technique-report.js";

/** One way to train the practice's network: a recipe that reads like a cell of its notebook. */
export interface Technique {
  /** How it is called on the command line and in run folders. */
  readonly name: string;
  /** What the report says of it, and how it is drawn there. */
  readonly report: TechniqueReport;
  /** The network, before `compile`. */
  network(options: SequentialOptions): Sequential;
  /**
   * An optimizer with a schedule of its own. Default: Adam with a learning rate of 0.001, divided by 5 when the
   * validation loss has not improved for two epochs, as in the notebook.
   *
   * @param steps training steps of the whole run
   */
  optimizer?(steps: number): Optimizer;
  /** What is minimized, and shown as the loss. Default: the notebook's categorical cross-entropy. */
  loss?(): Loss;
  /** How each epoch varies the training images. Default: it does not. */
  augmentation?(): ImageDataGenerator;
  /**
   * Epochs at the end that see the images as they are. Default: none.
   *
   * @param epochs epochs of the whole run
   */
  plainEpochs?(epochs: number): number;
}

export const lossOf = ({ loss }: Technique): Loss | string => loss?.() ?? "categoricalCrossentropy";

/** Whether the number of epochs decides what a run's first ones do, so that a longer one starts again. */
export const hasFixedLength = ({ optimizer, plainEpochs }: Technique): boolean =>
  optimizer !== undefined || plainEpochs !== undefined;
