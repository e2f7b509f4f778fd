/** Two classes of which one has many times as many pictures as the other. */
export interface Imbalance {
  readonly most: string;
  readonly least: string;
  readonly times: string;
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** What is said of folders of pictures and of networks that tell them apart, in English. Other languages have the same keys (`PictureText`). */
export const en = {
  /** Of numbers: `0.5` or `0,5`. */
  locale: "en-US",
  folder: {
    head: (d: { directory: string; pictures: number; classes: number; parts: string }) =>
      `${d.directory}: ${plural(d.pictures, "picture")} of ${d.classes} classes${d.parts === "" ? "" : `, in the folders ${d.parts}`}`,
    moreClasses: (count: number) => `  … and ${count} more classes`,
    oneSize: (size: string) => `Size: ${size} pixels, all of them`,
    sizes: (d: { count: number; least: number; most: number; usual: string }) =>
      `Size: ${d.count} different ones, sides from ${d.least} to ${d.most} pixels, the usual one about ${d.usual}`,
    colors: (d: { gray: number; color: number; transparent: number }) => {
      const all = d.gray === 0 ? "all in color" : "all gray";
      const said = d.gray === 0 || d.color === 0 ? all : `${d.gray} gray, ${d.color} in color`;
      return `Color: ${said}${d.transparent > 0 ? `; ${d.transparent} partly transparent` : ""}`;
    },
    allReadable: "Unreadable: none",
    unreadable: (count: number) => `Unreadable: ${plural(count, "file")}, left out:`,
    noDuplicates: "Duplicates: none",
    duplicates: (count: number) =>
      `Duplicates: ${plural(count, "picture")} (= the same file, ≈ nearly the same pixels); copies stay in the same part of the split:`,
    acrossClasses: (count: number, classes: string) =>
      `Warning: ${plural(count, "picture")} of these in different classes (${classes}): one of the labels is wrong.`,
    andMore: (count: number) => `and ${count} more`,
  },
  split: {
    parts: (d: { train: number; validation: number; test: number }) =>
      `${d.train} to train, ${d.validation} to validate, ${d.test} to test; the test pictures are looked at once, at the end.`,
    across: (count: number, files: string) =>
      `Warning: ${plural(count, "picture")} ${count === 1 ? "is" : "are"} in more than one part of the split, so results will look better than they are: ${files}.`,
    few: (d: { tests: number; rarest: number | undefined; points: number }) =>
      `Note: ${plural(d.tests, "test picture")}${d.rarest === undefined ? "" : `, ${d.rarest} of the rarest class,`} can say little: an accuracy measured on them is accurate to about ±${d.points} points.`,
  },
  reasons: {
    onWhite: "Some pictures are transparent: they are placed on white.",
    modelReads: (size: string) => `${size} pixels: what the model reads.`,
    gray: "One channel: every picture is gray.",
    color: "Three channels: there are pictures in color.",
    largestSize: (size: string) =>
      `${size} pixels: larger ones take longer, and rarely help; change it with --size.`,
    shortSide: (size: string, side: number) => `${size} pixels: the short side of most pictures has ${side}.`,
    headOnly: "A new last layer on the given model, whose own layers stay as they are.",
    fineTunes:
      "First a new last layer on the given model, whose own layers stay as they are; then the upper third of these is trained as well, in steps a tenth as large.",
    smallOf: (pictures: number) =>
      `The small network of convolutions in blocks: with ${pictures} training pictures a larger one usually only takes longer.`,
    smallOfMany: "The small network of convolutions in blocks: try --model resnet, too.",
    stretch: "Pictures are square, or nearly so: they are scaled as a whole.",
    crop: "Most pictures are somewhat taller than wide, or wider than tall: the middle is taken.",
    contain:
      "Most pictures are much taller than wide, or wider than tall: they get bars, so that nothing is cut off.",
    lightFor: (name: string) =>
      `Turned, moved and zoomed a little, but not mirrored: in a mirror, the class "${name}" could mean something else.`,
    lightForGray: "Turned, moved and zoomed a little, but not mirrored, as gray pictures are often signs.",
    full: "Turned, moved, zoomed, mirrored, lighter and darker: another photograph of the same thing could look like that.",
    weighs: (d: Imbalance) =>
      `Rare classes count more in the loss: "${d.most}" has ${d.times} times as many pictures as "${d.least}".`,
  },
  scores: {
    share: (share: string, low: string, high: string) => `${share} % (${low} to ${high} %)`,
    accuracy: (d: { share: string; hits: number; of: number; loss: string }) =>
      `Accuracy ${d.share}, ${d.hits} of ${d.of} pictures; loss ${d.loss}. In brackets: where it lies in 95 of 100 such measurements.`,
    class: "class",
    found: "found",
    right: "right when predicted",
    mostConfused: (line: string) => `Most confused: ${line}`,
    baseline: (d: { name: string; share: string; isBeaten: boolean }) =>
      `Always saying "${d.name}" would get ${d.share} %: ${d.isBeaten ? "the model has" : "these pictures do not show that the model has"} learned more than that.`,
    rare: (d: { names: readonly string[]; more: number; fewerThan: number }) =>
      `Of ${d.names.map((name) => `"${name}"`).join(", ")}${d.more > 0 ? ` and ${d.more} more` : ""} there are fewer than ${d.fewerThan} test pictures: too few to say how well ${d.names.length + d.more === 1 ? "it is" : "they are"} recognized.`,
    takenFor: (d: { actual: string; taken: string; times: number }) =>
      `${d.actual} taken for ${d.taken}, ${d.times === 1 ? "once" : `${d.times} times`}`,
  },
  compare: {
    head: (varying: readonly string[]) => [
      "run",
      "seed",
      ...varying,
      "epochs",
      "validation",
      "test (95 % interval)",
    ],
    note: (pictures: number) =>
      `Each was tested on the same ${pictures} pictures; runs whose intervals overlap may be equally good. Which is best is to be chosen by the validation, not by the test.`,
  },
  page: {
    title: (classes: number, share: string) => `${classes} classes of pictures: ${share} % recognized`,
    lead: (d: { of: number; hits: number; share: string; judgments: string }) =>
      `On ${d.of} test pictures that training never saw, the best model was right ${d.hits} times: ${d.share}. In brackets: where the accuracy lies in 95 of 100 such measurements. ${d.judgments}`,
    facts: {
      train: "Training",
      validation: "Validation",
      test: "Test",
      epochs: "Epochs",
      bestEpoch: "Best epoch",
      seconds: "Seconds per epoch",
    },
    learning: "Learning",
    accuracy: "Accuracy",
    loss: "Loss",
    training: "training",
    validation: "validation",
    atTheEnd: (name: string, value: string) => `${name} ${value} at the end`,
    kept: (epoch: number) => `line: epoch ${epoch}, which was kept`,
    classes: "Classes",
    classesNote:
      "Found: of its pictures, how many were recognized. Right: of those taken for it, how many are it. The bar is the 95 % interval.",
    class: "class",
    testPictures: "test pictures",
    found: "found",
    right: "right",
    confusions: "Confusions",
    none: "None",
    isTakenFor: "is \\ taken for",
    tooManyClasses: "Too many classes for a table; see the list of classes.",
    cell: (actual: string, taken: string, times: number) => `${actual} taken for ${taken}: ${times}`,
    mistakes: "Mistakes",
    noMistakes: "None: every test picture was recognized.",
    worstMistakes: "Worst mistakes",
    worstMistakesNote:
      "The surest wrong answers. On the right, in color: the places that counted most for the wrong answer (Grad-CAM).",
    spokeFor: (name: string) => `what suggested ${name}`,
    takenFor: (actual: string) => `${actual}, taken for`,
    samples: "As training saw them",
    samplesNote: "On the left a picture as it is, then the same as six epochs saw it.",
    notVaried: "As they are: pictures were not varied.",
    asItIs: "as it is",
    varied: "varied",
    settings: "Settings",
    settingsNote: "Proposed from what is in the folder.",
    folder: "The folder",
    run: "This run",
    command: "Command",
    machine: "Machine",
    software: "Software",
    began: "Began",
    seed: "Seed",
  },
};

/** A language of what is said of pictures: the same keys as in English. */
export type PictureText = typeof en;
