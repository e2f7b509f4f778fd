import { robustnessEn } from "./robustness-en.js";
import type { ReportText, TechniqueText } from "./text.js";

const techniques: Readonly<Record<string, TechniqueText>> = {
  base: {
    name: "Base network",
    short: "Base",
    running: "the base network",
    about:
      "Two convolutional layers look for strokes and corners wherever they stand, average pooling shrinks what they " +
      "find, and two dense layers of 1024 units decide on the digit. Nothing holds it back from learning its training " +
      "digits by heart: it is what the other techniques are measured against.",
  },
  l2: {
    name: "L2 regularisation",
    short: "L2",
    running: "L2 regularisation",
    about:
      "The loss also charges 0.01 times the sum of the squared weights of both dense layers. A large weight must earn " +
      "its keep, so the network spreads its evidence over many small ones and its decisions become smoother.",
  },
  l1: {
    name: "L1 regularisation",
    short: "L1",
    running: "L1 regularisation",
    about:
      "The loss also charges the sum of the weights' magnitudes. Unlike a square, a magnitude pulls small weights just as " +
      "hard as large ones, so most of them end at zero and few carry the decision.",
  },
  "elastic-net": {
    name: "Elastic net",
    short: "Elastic net",
    running: "the elastic net",
    about:
      "L1 and L2 penalties together: the first drives weights without use to zero, the second keeps the rest small.",
  },
  dropout: {
    name: "Dropout",
    short: "Dropout",
    running: "dropout",
    about:
      "In each training step half of the outputs of both dense layers, drawn anew, are set to zero. No unit can rely on " +
      "a particular other one being there, so each has to be useful by itself. When it is tested, all of them work.",
  },
  batchnorm: {
    name: "Batch normalisation",
    short: "Batch norm",
    running: "batch normalisation",
    about:
      "After each dense layer its outputs are brought to mean 0 and variance 1 over the batch, then scaled and shifted " +
      "by learnt amounts. The layers behind see inputs of a steady size, which lets the network learn faster.",
  },
  augmentation: {
    name: "Data augmentation",
    short: "Augmentation",
    running: "data augmentation",
    about:
      "The batch normalisation network, but it never sees the same picture twice: each digit is turned by up to 30°, " +
      "shifted by up to a tenth of the image and zoomed by up to a fifth, drawn anew each time. It has to learn what all " +
      "these variants have in common. Its learning rate falls steadily, and the last fifth of the epochs shows the " +
      "pictures as they are.",
  },
  mlp: {
    name: "Multilayer perceptron",
    short: "MLP",
    running: "the multilayer perceptron",
    about:
      "The network of the previous practice: two dense layers of 1024 units straight on the 784 pixels, without " +
      "convolutions. To it, a digit moved by one pixel is an entirely new input. It is the bar the exercise names.",
  },
  best: {
    name: "Our answer to the exercise",
    short: "Best",
    running: "our answer to the exercise",
    about:
      "Several of the techniques together: many more kernels in more layers, the first of which moves in steps of two where " +
      "others pool, batch normalisation after each, dropout before the last layer, targets that spread 5 % over all digits, " +
      "gentle augmentation that bends the strokes as well, and a learning rate that rises and falls once over the whole run. " +
      "Chosen on the training and validation digits alone.",
  },
};

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const digits = (count: string) => (count === "1" ? "1 digit" : `${count} digits`);
const times = (count: string) => (count === "1" ? "once" : count === "2" ? "twice" : `${count} times`);
const orBase = (base: string | undefined) =>
  base === undefined ? "" : `; in the base network it is ${base}`;

export const en: ReportText = {
  language: "en",
  title: "What each technique does to the same network",
  kicker: "MNIST practice · report",
  sections: {
    comparison: "The comparison",
    curves: "How they learn",
    techniques: "Technique by technique",
    made: "How this was made",
  },
  technique: (id) => techniques[id] ?? { name: id, short: id, running: id, about: "" },
  robustness: robustnessEn,
  files: { misread: "Below each: the true digit → the digit read, and its probability." },
  summary: {
    lead: ({ networks, best, accuracy, wrong, of }) =>
      `Of the ${networks} networks, ${best} reads the test digits best: ${accuracy} right, ${wrong} of ${of} wrong.`,
    leadOne: ({ name, accuracy, wrong, of }) =>
      `${capital(name)} reads ${accuracy} of the test digits right; ${wrong} of ${of} are wrong.`,
    last: ({ name, wrong }) => `${capital(name)} comes last, with ${wrong} wrong.`,
    allReach: "All of them pass the 99% that the exercise asks for.",
    noneReaches: "None passes the 99% that the exercise asks for.",
    someReach: ({ reached, of }) => `${reached} of the ${of} pass the 99% that the exercise asks for.`,
    facts: ({ train, validation, test, epochs, seeds, time }) => [
      ["Training digits", train],
      ["Validation digits", validation],
      ["Test digits", test],
      ["Epochs", epochs],
      ["Seeds", seeds],
      ["Training time", time],
    ],
  },
  table: {
    caption: "All techniques side by side; the best figure of each column is marked",
    technique: "Technique",
    valAccuracy: "Best validation accuracy",
    epoch: "at epoch",
    testLoss: "Test loss",
    testAccuracy: "Test accuracy",
    wrong: "Wrong",
    gap: "Train − validation",
    time: "Time",
    notebook: "Notebook’s validation",
    byEpoch: (epoch) => `by epoch ${epoch}`,
    here: (figure) => `here ${figure}`,
    notPublished: "not in it",
    notes: ({ several, penalties, smoothed }) => [
      "The weights of the epoch with the best validation accuracy are kept and tested. The test digits play no part in choosing them.",
      ...(several ? ["± is the standard deviation over seeds; figures without it are means."] : []),
      "Train − validation: accuracy in training less that in validation, in percentage points, at the best epoch. Training accuracy is measured while dropout and augmentation are at work, so it can be the lower one.",
      ...(penalties
        ? [
            "L1 and L2 penalties are part of the loss, as in Keras, so losses with and without them do not compare.",
          ]
        : []),
      ...(smoothed
        ? [
            "Our answer’s loss is measured against its smoothed targets, as in Keras. It cannot fall below 0.28, and does not compare either.",
          ]
        : []),
      "Notebook: the best validation accuracy that its printout shows up to the epochs trained here, and what these runs had reached by the same epoch. Its printout breaks off before any test figure.",
    ],
  },
  figures: {
    comparison: {
      title: (of) => `Test digits read wrong, of ${of}`,
      description: "Bars: wrong test digits of each technique, fewest first, with a dot for each seed.",
      target: "99%",
    },
    accuracy: {
      title: "Validation accuracy",
      note: "The scale widens towards 100%: each step up the same distance divides the errors by the same factor.",
    },
    loss: { title: "Validation loss", note: "Logarithmic scale; lower is better." },
    againstTraining: {
      title: "Training against validation",
      note: "The shaded gap is the difference between digits the network has learnt from and digits it has not.",
      of: (name) => `Training against validation: ${name}`,
    },
    confusion: {
      title: "What it takes for what",
      note: "Rows: the true digit. Columns: what the network read. Choose a cell to see its pictures.",
      of: (name) => `Confusion matrix: ${name}`,
    },
    misread: {
      title: "Its surest mistakes",
      note: "Test digits read wrong, those with the highest probability first.",
      of: (name) => `Surest mistakes: ${name}`,
    },
    kernels: { title: "What the first layer looks for", of: (name) => `First-layer filters: ${name}` },
    weights: {
      title: "How large its weights are",
      note: (compared) =>
        `Share of weights by value, logarithmic${compared ? "; the dashed outline is the base network" : ""}. σ: standard deviation.`,
      of: (name) => `Weights: ${name}`,
    },
    augmented: {
      title: "What it is trained on",
      note: "A training digit at the left, and what augmentation made of it.",
      of: (name) => `Augmented samples: ${name}`,
    },
    kernelsNote: ({ layer, shown, of, size }) =>
      shown === of
        ? `The ${of} filters of ${layer}, ${size}. Orange weights want ink, blue ones paper.`
        : `${shown} of the ${of} filters of ${layer}, ${size}, the strongest. Orange weights want ink, blue ones paper.`,
    kernel: (number) => `Filter ${number}`,
    alt: ({ name, from, to }) => `${name}: ${from} at epoch 1, ${to} at its best.`,
  },
  legend: {
    validation: "validation",
    training: "training",
    notebook: "the notebook’s published points",
    best: "best epoch",
    otherTechniques: "the other techniques",
    range: "range over seeds",
  },
  axes: {
    epoch: "epoch",
    accuracy: "accuracy",
    loss: "loss",
    readAs: "read as",
    trueDigit: "true digit",
    found: "right",
  },
  tip: {
    point: ({ name, epoch, measure, value }) => `${name} · epoch ${epoch}\n${measure} ${value}`,
    range: (low, high) => `\nseeds ${low} to ${high}`,
    notebook: ({ name, epoch, value }) => `${name} · epoch ${epoch}\nnotebook: validation accuracy ${value}`,
    cell: ({ actual, predicted, times: count, share }) =>
      actual === predicted
        ? `${actual} read as ${predicted}: ${times(count)}\n${share} of all ${actual}s, right`
        : `${actual} read as ${predicted}: ${times(count)}\n${share} of all ${actual}s`,
    bin: ({ from, to, share }) => `${from} to ${to}\n${share} of the weights`,
    wrong: ({ name, wrong, accuracy }) => `${name}\n${wrong} wrong, ${accuracy} right`,
    seed: ({ seed, wrong }) => `seed ${seed}: ${wrong} wrong`,
  },
  measures: {
    loss: "training loss",
    accuracy: "training accuracy",
    valLoss: "validation loss",
    valAccuracy: "validation accuracy",
  },
  misreading: ({ actual, predicted, probability }) =>
    `A ${actual} read as ${predicted} with ${probability} probability`,
  noMisreadingLikeThat: "None of the pictures shown here is of that kind.",
  showAll: "Show all",
  original: "Training digit",
  variant: (number) => `Variant ${number}`,
  numbersTable: "The numbers as a table",
  runShown: ({ seed, epoch }) => `Pictures: seed ${seed}, weights of epoch ${epoch}`,
  duration: ({ minutes, seconds }) => `${minutes} min ${seconds} s`,
  durationSeconds: (seconds) => `${seconds} s`,
  contents: "Contents",
  whatItDoes: "What it does",
  whatThisRunShows: "What this run shows",
  made: {
    machine: "Machine",
    software: "Software",
    command: "Command",
    began: "Runs begun",
    date: "Date",
    seeds: "Seeds",
    learningRate: "Learning rate",
    learningRateFell: ({ from, to }) => (from === to ? `${from} throughout` : `${from}, lowered to ${to}`),
    offline: "This page holds all it shows and asks nothing of the network.",
  },
  findings: {
    result: ({ accuracy, wrong, of, runs, several }) =>
      several
        ? `Over ${runs} seeds it reads ${accuracy} of the test digits right: ${wrong} of ${of} wrong on average.`
        : `It reads ${accuracy} of the test digits right: ${wrong} of ${of} wrong.`,
    target: ({ reached, target }) =>
      reached
        ? `That passes the ${target} that the exercise asks for.`
        : `That does not pass the ${target} that the exercise asks for.`,
    fewer: ({ digits: count, other }) =>
      `That is ${digits(count)} fewer than ${other} gets wrong, more than chance alone would explain.`,
    more: ({ digits: count, other }) =>
      `That is ${digits(count)} more than ${other} gets wrong, more than chance alone would explain.`,
    alike: ({ digits: count, other, less, none }) =>
      none
        ? `${capital(other)} gets just as many wrong.`
        : `That is ${digits(count)} ${less ? "fewer" : "more"} than ${other} gets wrong: so small a difference can be chance.`,
    gapAbove: ({ epoch, gap, base }) =>
      `At its best epoch (${epoch}) it is ${gap} points more accurate on its training digits than on the validation digits${orBase(base)}.`,
    gapBelow: ({ epoch, gap, base }) =>
      `At its best epoch (${epoch}) it is ${gap} points less accurate in training than in validation${orBase(base)}: it is not learning its training digits by heart.`,
    lossRises: ({ epoch, rise }) =>
      `Its validation loss is lowest at epoch ${epoch} and ends ${rise} higher: after that point the network grows surer of its mistakes.`,
    slower: ({ percent, other }) => `An epoch takes ${percent} longer than one of ${other}.`,
    faster: ({ percent, other }) => `An epoch takes ${percent} less time than one of ${other}.`,
    sameTime: ({ other }) => `An epoch takes as long as one of ${other}.`,
    narrower: ({ layer, own, base, times: ratio }) =>
      `The weights of ${layer} have a standard deviation of ${own} against the base network’s ${base}: ${ratio} times smaller.`,
    nearZero: ({ layer, own, base }) =>
      `${own} of the weights of ${layer} lie within 0.001 of zero; in the base network, ${base}.`,
    firstEpoch: ({ own, base }) =>
      `After one epoch it already has ${own} validation accuracy; the base network has ${base} then.`,
    twin: ({ less, digits: count, clear, other }) =>
      `Against ${other}, the same network on plain digits, it gets ${digits(count)} ${less ? "fewer" : "more"} wrong${clear ? "" : ", which can be chance"}.`,
    mistake: ({ actual, predicted, times: count }) =>
      `Its commonest mistake is to read a ${actual} as a ${predicted} (${times(count)}).`,
    notebook: ({ published, epoch, here, difference, above }) =>
      `By epoch ${epoch} the notebook had ${published} validation accuracy; here it is ${here}, ${difference} points ${above ? "above" : "below"}.`,
  },
};
