import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { layoutOf, readPictureRecord } from "@trazo/practice";
import { type ImageClassifier, TrazoError } from "trazo";
import type { CliText } from "./text/index.js";

/** Files of pictures with their classes. */
export interface LabeledFiles {
  readonly files: readonly string[];
  readonly classes: readonly number[];
}

/** Pictures that a model is measured on. */
export interface MeasuredFiles {
  /** The pictures for the test, in words. */
  readonly what: string;
  readonly classNames: readonly string[];
  /** Those that tell how good the model is. */
  readonly test: LabeledFiles;
  /** Those that it may be adjusted by; where nothing says which, the same. */
  readonly train: LabeledFiles;
}

/**
 * The pictures that a model is to be measured on: those of a folder, else those that its run has kept for the test.
 *
 * @returns undefined where neither is known
 */
export async function picturesFor(
  path: string,
  images: string | undefined,
  text: CliText,
): Promise<MeasuredFiles | undefined> {
  if (images !== undefined) return await inFolder(images, text);
  const record = readPictureRecord(dirname(path));
  if (!record) return undefined;
  const { directory, classNames, files } = record;
  if (!existsSync(directory)) {
    throw new TrazoError(text.errors.picturesGone(directory));
  }
  const part = (name: "train" | "test"): LabeledFiles => ({
    files: files[name].files.map((file) => join(directory, file)),
    classes: files[name].classes,
  });
  return {
    what: text.evaluate.testPictures(files.test.files.length, directory),
    classNames,
    test: part("test"),
    train: part("train"),
  };
}

/** Where the folders say what is for the test, that; else all. */
async function inFolder(directory: string, text: CliText): Promise<MeasuredFiles> {
  const { files, classNames, hasParts } = await layoutOf(directory);
  const part = (name: "train" | "test"): LabeledFiles => {
    const own = files.filter((file) => file.part === name);
    const chosen = hasParts && own.length > 0 ? own : files;
    return {
      files: chosen.map(({ file }) => join(directory, file)),
      classes: chosen.map((one) => one.class),
    };
  };
  const test = part("test");
  return {
    what: text.evaluate.pictures(test.files.length, directory),
    classNames,
    test,
    train: part("train"),
  };
}

/** The model's number of each of the folder's classes. @throws TrazoError for a class that it does not know */
export function numbersIn(
  { classes }: ImageClassifier,
  { classNames }: MeasuredFiles,
  path: string,
  { errors }: CliText,
): number[] {
  return classNames.map((name) => {
    const number = classes.indexOf(name);
    if (number >= 0) return number;
    throw new TrazoError(
      errors.unknownClass(
        path,
        name,
        `${classes.slice(0, 20).join(", ")}${classes.length > 20 ? ", …" : ""}`,
      ),
    );
  });
}
