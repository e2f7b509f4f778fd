/**
 * What programs around the library need in Node and the library itself has: files written whole or not at all, folders
 * locked against a second process, kinds of model files, reasons in words.
 *
 * @module trazo/node
 */

export { measurePreparation } from "../data/measure-preparation.js";
export { type PictureKind, pictureKind, pictureKinds } from "../data/picture-kind.js";
export { type PictureSize, pictureExcess } from "../data/picture-limits.js";
export { pixelValues } from "../data/pixel-values.js";
export {
  checkPreparation,
  digitPictures,
  type PicturePreparation,
  type Preparation,
  pictureFits,
  unitScale,
} from "../data/preparation.js";
export { readPicture } from "../data/read-picture.js";
export { hasEnding, isKerasFile, isOnnxFile, isWeightsFile } from "../formats/file-kind.js";
export { type Difference, differences, differenceText } from "../state/difference.js";
export { isState } from "../state/encoding.js";
export { StateFields } from "../state/state-fields.js";
export { forEachAtOnce } from "./data/for-each-at-once.js";
export { type ImageFiles, listImageFiles } from "./data/image-files.js";
export { type MnistAssetOptions, writeMnistAsset } from "./data/mnist-asset.js";
export { type PictureSketch, sketchPicture } from "./data/sketch-picture.js";
export { writeFileAtomically } from "./files/atomic-file.js";
export { explainReadError, readBytes } from "./files/read-bytes.js";
export { sha256 } from "./files/sha256.js";
export { keepNoRecords } from "./runtime/telemetry.js";
export { FolderInUseError, type FolderLock, lockFolder } from "./state/lock.js";
export type { Owner } from "./state/owner.js";
export { stateFiles } from "./state/store.js";
