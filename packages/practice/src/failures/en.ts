/** What the practice says when something cannot be done, in English. Other languages have the same keys (`FailureText`). */
export const en = {
  otherSettings: (folder: string, differences: string) =>
    `${folder} holds a run with other settings:\n${differences}\n` +
    "Give the same settings to continue it, --fresh to start over, or another folder with --out.",
  before: "then",
  now: "now",
  foreignFiles: (folder: string, files: string) =>
    `${folder} holds ${files}, but not of a Trazo run: a run would overwrite what is there. ` +
    "Give another folder with --out, or move these away.",
  notARun: (folder: string, file: string) =>
    `${folder} is not the folder of a run: it has no ${file}. Give folders that trazo practice or trazo train made.`,
  cannotBeListed: (folder: string, reason: string) => `${folder} cannot be listed: ${reason}.`,
  isAFile: "it is a file, not a folder",
  run: (technique: string, seed: number) => `${technique}, seed ${seed}`,
  sameRunTwice: (one: string, other: string, run: string) =>
    `${one} and ${other} are both ${run}: a repeat is not another seed. Give one of them.`,
  notComparable: (folder: string, differences: string, advice: string) =>
    `${folder} cannot be compared:\n${differences}\n${advice}`,
  there: "there",
  inFolder: (folder: string) => `in ${folder}`,
  loadedNow: "loaded now",
  compareSameSettings: "Compare runs of the same settings.",
  giveItsImages: "Give the images that it was trained on with --data.",
  pictureRunNotFinished: (folder: string) =>
    `The run in ${folder} did not finish. Give its trazo train command again: it continues where it stopped.`,
  otherTestPictures: (folder: string, other: string) =>
    `${folder} was tested on other pictures than ${other}. Compare runs on the same folder, with the same --seed, which decides the split.`,
  notFinished: (folder: string, file: string, technique: string) =>
    `The run in ${folder} did not finish: it has no ${file}. Run it again with trazo practice --only ${technique}.`,
  notMeasured: (folder: string, name: string) =>
    `The run in ${folder} did not measure "${name}", which the report shows.`,
  otherNetwork: (d: { folder: string; shape: string; classes: number; reads: string; gives: string }) =>
    `The report is of networks that read images of [${d.shape}] and give ${d.classes} classes, but the one in ${d.folder} reads [${d.reads}] and gives [${d.gives}].`,
  notClasses: (shape: string) => `The model gives [${shape}], not one number per class.`,
  otherImages: (source: string, wanted: string, own: string) =>
    `${source}: the network reads images of [${wanted}], but the data's are [${own}].`,
  moreClasses: (source: string, own: number, known: number) =>
    `${source}: the data has ${own} classes, the network ${known}.`,
  tooFewOfClass: (d: { name: string; count: number; least: number }) =>
    `The class "${d.name}" has ${d.count === 0 ? "no pictures" : `only ${d.count} different ${d.count === 1 ? "picture" : "pictures"}`}; ` +
    `at least ${d.least} are needed, one each to train, to validate and to test. Add pictures, or remove its folder.`,
  oneClass: (directory: string, name: string) =>
    `${directory} has a single class, "${name}"; a classifier needs at least two to tell apart. Add a folder with pictures of something else.`,
  unknownClassFolder: (folder: string, name: string, training: string) =>
    `${folder} has a folder "${name}", but ${training} has none: a model cannot recognize a class that it was not trained on.`,
  noPictures: (directory: string) => `The folders of ${directory} hold no pictures.`,
  noReadablePicture: (directory: string, reason: string) =>
    `No picture of ${directory} can be read. ${reason}`.trim(),
  takesNoPictures: (path: string) => `${path} takes no pictures, or has no layers to build on.`,
  notAPictureRun: (folder: string, file: string) =>
    `${folder} is not the folder of a run on pictures: it has no ${file}.`,
  otherClassCount: (given: number, classes: number) =>
    `The model gives ${given} ${given === 1 ? "number" : "numbers"}, but the folder has ${classes} classes.`,
  newLastLayer: "With --from it gets a new last layer.",
  nothingKept: "Training ended before a model could be kept.",
  noRuns: "The report has no runs to show. Pass at least one.",
};

/** A language of the practice's errors: the same keys as in English. */
export type FailureText = typeof en;
