import type { ImageForm } from "../../data/images/image-options.js";
import { decodeInForm } from "../../data/images/read-image.js";
import type { PixelSize, Pixels } from "../../data/images/resize-pixels.js";
import { inWords, TrazoError } from "../../errors.js";
import { type Tensor, tensor } from "../../tensor.js";
import { readBytes } from "../files/read-bytes.js";
import { forEachAtOnce } from "./for-each-at-once.js";
import { loadSharp } from "./sharp.js";

/** What to do with a file that cannot be read as a picture. */
export type OnUnreadable = "throw" | "skip";

/** A file that cannot be read as a picture. */
export interface UnreadableFile {
  readonly file: string;
  /** In a sentence that names the file. */
  readonly reason: string;
}

/** Pictures in memory. */
export interface LoadedImages {
  /** [n, height, width, channels], 0 to 255. */
  readonly images: Tensor<"uint8">;
  /** The file of each picture, below the folder, with forward slashes. */
  readonly files: readonly string[];
  /** The files that were left out. */
  readonly unreadable: readonly UnreadableFile[];
}

/** A picture's file. */
export interface ImageFile {
  /** What it is called in results and messages. */
  readonly name: string;
  readonly path: string;
}

/** What one array can hold. */
const mostBytes = 2 ** 32;

/** Decoding takes place in threads other than JavaScript's, of which there are four unless UV_THREADPOOL_SIZE says otherwise. */
export const decodedAtOnce = 8;

/** How many of the unreadable files a message names. */
const mostNamed = 5;

/**
 * Reads pictures into one tensor.
 *
 * @returns with `kept`, the numbers of the files that could be read
 * @throws TrazoError naming the files that cannot be read, unless they are to be skipped
 */
export async function loadImages(
  files: readonly ImageFile[],
  { height, width }: PixelSize,
  form: ImageForm,
  onUnreadable: OnUnreadable,
): Promise<LoadedImages & { readonly kept: readonly number[] }> {
  requireOnUnreadable(onUnreadable);
  const size = height * width * form.channels;
  if (files.length * size > mostBytes) {
    throw new TrazoError(
      `${files.length} pictures of ${height}×${width} take ${((files.length * size) / 2 ** 30).toFixed(1)} GiB, more than one tensor ` +
        "can hold. Read them as they are needed: directoryDataset.",
    );
  }
  const data = new Uint8Array(files.length * size);
  const { kept, unreadable } = await decodeEach(files, { height, width }, form, (pixels, i) =>
    data.set(pixels.data, i * size),
  );
  if (unreadable.length > 0 && onUnreadable === "throw") throw unreadableFiles(unreadable);
  if (kept.length === 0) throw unreadableFiles(unreadable);
  for (const [to, from] of kept.entries()) data.copyWithin(to * size, from * size, (from + 1) * size);
  return {
    images: tensor(
      "uint8",
      [kept.length, height, width, form.channels],
      data.subarray(0, kept.length * size),
    ),
    files: kept.map((i) => (files[i] as ImageFile).name),
    unreadable,
    kept,
  };
}

/** @throws TrazoError when it is not a choice */
export function requireOnUnreadable(onUnreadable: OnUnreadable): void {
  if (["throw", "skip"].includes(onUnreadable)) return;
  throw new TrazoError(`onUnreadable must be "throw" or "skip", but got ${inWords(onUnreadable)}.`);
}

/** Which files can be read as pictures. */
export interface DecodedFiles {
  /** The numbers of those that can. */
  readonly kept: readonly number[];
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * Decodes files, several at once.
 *
 * @param take gets the pixels of each file that can be read
 */
export async function decodeEach(
  files: readonly ImageFile[],
  size: PixelSize | undefined,
  form: ImageForm,
  take: (pixels: Pixels, file: number) => void = () => {},
): Promise<DecodedFiles> {
  // A missing decoder is not the fault of a file.
  await loadSharp();
  const reasons: (string | undefined)[] = files.map(() => undefined);
  await forEachAtOnce(files.length, decodedAtOnce, async (i) => {
    const { name, path } = files[i] as ImageFile;
    try {
      take(await decodeInForm(await readBytes(path), name, size, form), i);
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
      reasons[i] = error.message;
    }
  });
  return {
    kept: Array.from(files.keys()).filter((i) => reasons[i] === undefined),
    unreadable: files.flatMap(({ name }, i) => (reasons[i] ? [{ file: name, reason: reasons[i] }] : [])),
  };
}

export function unreadableFiles(unreadable: readonly UnreadableFile[]): TrazoError {
  const lines = unreadable.slice(0, mostNamed).map(({ reason }) => reason);
  const rest = unreadable.length > mostNamed ? [`… and ${unreadable.length - mostNamed} more.`] : [];
  return new TrazoError(
    [
      `${unreadable.length} of the pictures cannot be read; remove them, or leave them out with onUnreadable: "skip":`,
      ...lines,
      ...rest,
    ].join("\n"),
  );
}
