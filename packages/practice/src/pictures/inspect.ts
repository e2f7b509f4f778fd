import { availableParallelism } from "node:os";
import { join } from "node:path";
import { TrazoError, type UnreadableFile } from "trazo";
import { forEachAtOnce, readBytes, sha256, sketchPicture } from "trazo/node";
import { PracticeError } from "../failures/index.js";
import { type Layout, layoutOf, type PlacedFile } from "./layout.js";
import { type LookAlikes, lookAlikes, type Sketch, sketchSide } from "./look-alikes.js";

/** A picture that can be read. */
export interface InspectedPicture extends PlacedFile {
  readonly width: number;
  readonly height: number;
  /** Whether red, green and blue are the same in every pixel. */
  readonly isGray: boolean;
  /** Whether some pixel is transparent. */
  readonly isTransparent: boolean;
}

/** What is in a folder of pictures. */
export interface Inspection extends Pick<Layout, "directory" | "classNames" | "hasParts"> {
  readonly pictures: readonly InspectedPicture[];
  readonly unreadable: readonly UnreadableFile[];
  readonly lookAlikes: readonly LookAlikes[];
  /** Tells the folder's pictures from others: the beginning of a SHA-256 of their files. */
  readonly digest: string;
}

/**
 * Decodes every picture of a folder and looks at it.
 *
 * @param onProgress told how many pictures of how many were looked at
 * @throws TrazoError when the folder cannot be read, or none of its pictures can
 */
export async function inspectPictures(
  directory: string,
  onProgress: (done: number, of: number) => void = () => {},
): Promise<Inspection> {
  const { files, classNames, hasParts } = await layoutOf(directory);
  const seen: ({ readonly picture: InspectedPicture; readonly sketch: Sketch } | undefined)[] = [];
  const reasons: (string | undefined)[] = files.map(() => undefined);
  let done = 0;
  await forEachAtOnce(files.length, 2 * availableParallelism() + 2, async (i) => {
    const placed = files[i] as PlacedFile;
    try {
      seen[i] = await look(directory, placed);
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
      reasons[i] = error.message;
    }
    onProgress(++done, files.length);
  });
  const readable = files.flatMap((_, i) => (seen[i] ? [seen[i]] : []));
  const unreadable = files.flatMap(({ file }, i) => (reasons[i] ? [{ file, reason: reasons[i] }] : []));
  if (readable.length === 0) {
    throw new PracticeError(({ noReadablePicture }) =>
      noReadablePicture(directory, unreadable[0]?.reason ?? ""),
    );
  }
  const sketches = readable.map(({ sketch }) => sketch);
  return {
    directory,
    classNames,
    hasParts,
    pictures: readable.map(({ picture }) => picture),
    unreadable,
    lookAlikes: lookAlikes(sketches),
    digest: sha256(readable.map(({ picture, sketch }) => `${picture.file}\0${sketch.digest}`).join("\n"))
      .toString("hex")
      .slice(0, 16),
  };
}

async function look(
  directory: string,
  placed: PlacedFile,
): Promise<{ readonly picture: InspectedPicture; readonly sketch: Sketch }> {
  const bytes = await readBytes(join(directory, placed.file));
  const { width, height, isGray, isTransparent, pixels } = await sketchPicture(
    bytes,
    placed.file,
    sketchSide,
  );
  return {
    picture: { ...placed, width, height, isGray, isTransparent },
    sketch: { digest: sha256(bytes).toString("hex"), pixels },
  };
}
