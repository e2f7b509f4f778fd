import { configurationEn } from "./configuration-en.js";

/** What is said of runs that cannot be made, in English. Other languages have the same keys (`FailureText`). */
export const en = {
  configuration: configurationEn,
  endedBySignal: (signal: string) => `Its process was ended by ${signal}`,
  endedWithCode: (code: number | null) => `Its process ended with code ${code}`,
  begunTimes: (times: number) => `It was started ${times} times.`,
  otherImages: (place: string, found: string, expected: string) =>
    `${place}: these are not the images that the run is for: their digest is ${found}, expected ${expected}.`,
  otherCode: (wanted: string, own: string) =>
    `The run is for ${wanted}, but this is ${own}. Install the same version everywhere.`,
  poolIsClosed: "The pool is closed.",
  notCompiled: (network: string) =>
    `${network} names no optimizer and no loss to train with: give optimizer and loss in the configuration.`,
  replacedTogether: "A Keras file's own optimizer and loss can only be replaced together: give both.",
  binaryOfMany: (name: string, classes: number, instead: string) =>
    `${name} is for two classes, but the folder has ${classes}. Use ${instead}.`,
  noTechnique: (name: string) => `There is no technique ${JSON.stringify(name)}.`,
};

/** A language of these failures: the same keys as in English. */
export type FailureText = typeof en;
