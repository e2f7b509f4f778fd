export { arePictureRuns, comparePictureRuns } from "./compare.js";
export { partDataset, preparationFor } from "./datasets.js";
export { describeInspection, describeSplit } from "./describe.js";
export { type Examination, examineRun, type Scores, scoresOf } from "./examine.js";
export { compileClassifier } from "./fit-stage.js";
export { givenShape } from "./given-shape.js";
export { type Inspection, inspectPictures } from "./inspect.js";
export { type MeasuredShare, measuredShare, shareText } from "./interval.js";
export { layoutOf } from "./layout.js";
export { type ImageNetworkName, imageNetworks, type NetworkShape } from "./networks.js";
export { newPictureRun } from "./new-run.js";
export { describeScores } from "./outcome.js";
export { writePictureReport } from "./report.js";
export { type PictureRecord, readPictureRecord } from "./run-record.js";
export {
  type AugmentationName,
  augmentations,
  type PictureSettings,
  type Proposal,
  pictureDefaults,
  pictureSizes,
  proposeSettings,
} from "./settings.js";
export { type PictureSplit, splitPictures } from "./split.js";
export { type PictureText, pictureTexts } from "./text/index.js";
export { trainPictures } from "./train-pictures.js";
