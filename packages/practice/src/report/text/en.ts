import { knownReport } from "../known-report.js";
import { robustnessEn } from "./robustness-en.js";
import type { Gap, ReportText } from "./text.js";

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const digits = (count: string, which: string) => `${count} ${which} ${count === "1" ? "digit" : "digits"}`;
const times = (count: string) => (count === "1" ? "once" : count === "2" ? "twice" : `${count} times`);
const a = (digit: string) => `${digit === "8" ? "an" : "a"} ${digit}`;
const list = (items: readonly string[]) => new Intl.ListFormat("en").format(items);
const side = ({ points, sign }: Gap) =>
  sign === 0 ? "the same as" : `${points} points ${sign > 0 ? "above" : "below"}`;

export const en: ReportText = {
  language: "en",
  title: "What each technique changes",
  kicker: "MNIST practice · report",
  network: "The base network, with what each layer outputs for one image. The techniques start from it.",
  sections: {
    comparison: "The comparison",
    curves: "How they learn",
    techniques: "Technique by technique",
    made: "How this was made",
  },
  technique: (id) =>
    knownReport(id)?.text.en ?? { name: id, short: id, network: `the network ${id}`, about: "" },
  robustness: robustnessEn,
  files: { misread: "Below each: the true digit → the digit read, and its probability." },
  summary: {
    lead: ({ networks, best, accuracy, wrong, of }) =>
      `Of the ${networks} networks, ${list(best)} ${best.length === 1 ? "does" : "do"} best: ${accuracy} of the test digits right, ${wrong} of ${of} wrong.`,
    leadOne: ({ network, accuracy, wrong, of }) =>
      `${capital(network)} gets ${accuracy} of the test digits right and ${wrong} of ${of} wrong.`,
    allAlike: ({ networks, accuracy, wrong, of }) =>
      `The ${networks} networks get ${accuracy} of the test digits right each, and ${wrong} of ${of} wrong.`,
    last: ({ networks, wrong }) =>
      `${capital(list(networks))} ${networks.length === 1 ? "comes" : "come"} last, with ${wrong} wrong.`,
    allReach: "All of them exceed the 99% that the exercise asks for.",
    noneReaches: "None exceeds the 99% that the exercise asks for.",
    someReach: ({ reached, of, single }) =>
      `${reached} of the ${of} ${single ? "exceeds" : "exceed"} the 99% that the exercise asks for.`,
    facts: ({ train, validation, test, epochs, seeds, time }) => [
      ["Training digits", train],
      ["Validation digits", validation],
      ["Test digits", test],
      ["Epochs", epochs],
      ["Seeds", seeds],
      ["Training time", time],
    ],
  },
  languageName: "English",
  screens: { show: "As screens", leave: "As one page" },
  draw: {
    section: "Draw a digit for all of them",
    short: "Draw",
    intro:
      "The trained networks are in this page. Each reads what you draw, after it has been centered and scaled as MNIST's digits are.",
    area: "Paper to draw a digit on",
    keyboard:
      "With the keyboard: arrow keys move the pen, Space lowers and lifts it, Delete clears the paper.",
    seen: "What the networks get, 28×28 pixels",
    clear: "Clear",
    undo: "Undo",
    examples: "Or take a test digit that one of them misread:",
    example: (digit) => `A test digit, ${digit}`,
    network: "Network",
    reads: "reads",
    sure: "probability",
    allDigits: "0 to 9",
    copies: ({ networks, of }) =>
      `These are copies with weights of 8 bits. On ${of} test digits they give the same answer as the networks themselves for ${list(networks.map(([network, same]) => `${same} (${network})`))}.`,
  },
  terminal: {
    head: ["technique", "val accuracy", "epoch", "test loss", "test accuracy", "gap", "time", "notebook"],
    points: (points) => `${points} points`,
    published: ({ accuracy, epoch, here }) => `${accuracy} at ${epoch}, here ${here}`,
  },
  table: {
    caption: "All techniques side by side; the best figure of each column is marked",
    technique: "Technique",
    valAccuracy: "Best validation accuracy",
    epoch: "at epoch",
    testLoss: "Test loss",
    testAccuracy: "Test accuracy",
    wrong: "Wrong",
    gap: "Training − validation",
    time: "Time",
    notebook: "Notebook’s validation",
    byEpoch: (epoch) => `by epoch ${epoch}`,
    here: (figure) => `here ${figure}`,
    notPublished: "no data",
    differences: "Differences in test accuracy, in percentage points.",
    notes: ({ several, penalties, ofLosses, notebook }) => [
      "The weights of the epoch with the best validation accuracy are kept and tested. The test digits play no part in choosing them.",
      ...(several ? ["± is the standard deviation over seeds; figures without it are means."] : []),
      "Training − validation: training accuracy minus validation accuracy, in percentage points, at the best epoch. Training accuracy is the mean over the whole epoch, while the network is still learning and with dropout and augmentation at work, so it can be the lower one.",
      "Time: how long the training took here. Other programs may have slowed some trainings down, so the times are not for comparing the techniques.",
      ...(penalties
        ? [
            "L1 and L2 penalties are part of the loss, as in Keras, so losses with and without them are not comparable.",
          ]
        : []),
      ...ofLosses,
      ...(notebook
        ? [
            "Notebook: the best validation accuracy that it published up to that epoch and, below, that of these networks up to the same epoch. Its printout breaks off before any test figure.",
          ]
        : []),
    ],
  },
  figures: {
    comparison: {
      title: (of) => `Wrong test digits, out of ${of}`,
      description: (several) => `Fewest first.${several ? " The bar is the mean, each dot a seed." : ""}`,
      target: "99%",
    },
    accuracy: {
      title: "Validation accuracy",
      note: "Logarithmic scale of errors: from 98% to 99% is as far as from 90% to 95% (half the errors).",
    },
    loss: { title: "Validation loss", note: "Logarithmic scale; lower is better." },
    againstTraining: {
      title: "Training against validation",
      note: "Training figures are means over the epoch, while the network is still learning; validation comes at the end of the epoch. The shaded band is the difference.",
      of: (name) => `Training against validation: ${name}`,
    },
    confusion: {
      title: "What it confuses with what",
      note: "Rows: the true digit. Columns: what the network read. On the right, the recall: the share of each digit’s images that it read right.",
      hint: "Choose a cell to see its pictures.",
      of: (name) => `Confusion matrix: ${name}`,
    },
    misread: {
      title: "Its most confident mistakes",
      note: "Test digits it got wrong, most probable first.",
      of: (name) => `Most confident mistakes: ${name}`,
    },
    kernels: { title: "What the first layer looks for", of: (name) => `First-layer filters: ${name}` },
    weights: {
      title: "How its weights are distributed",
      note: (compared) =>
        `Share of weights by value, on a logarithmic scale${compared ? "; the dashed outline is the base network" : ""}. σ: standard deviation.`,
      of: (name) => `Weights: ${name}`,
    },
    augmented: {
      title: "What it is trained on",
      note: "On the left a training digit, then augmented variants of it.",
      of: (name) => `Augmented samples: ${name}`,
    },
    kernelsNote: ({ layer, shown, of, size }) =>
      shown === of
        ? `The ${of} filters of ${layer}, ${size}. Orange responds to ink, blue to background.`
        : `The strongest ${shown} of the ${of} filters of ${layer}, ${size}. Orange responds to ink, blue to background.`,
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
    found: "recall",
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
    `${capital(a(actual))} read as ${predicted} with ${probability} probability`,
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
  layersOfNetwork: "The network's layers",
  layersOf: (name) => `Layers of the network: ${name}`,
  whatThisRunShows: "What this run shows",
  made: {
    machine: "Machine",
    software: "Software",
    command: "Command",
    began: "Started",
    date: "Report written",
    seeds: "Seeds",
    learningRate: "Learning rate",
    learningRateFell: ({ from, to }) => (from === to ? `${from} throughout` : `between ${to} and ${from}`),
    offline: "This page is self-contained and works offline.",
  },
  findings: {
    result: ({ accuracy, wrong, of, runs, several }) =>
      several
        ? `Over ${runs} seeds it gets ${accuracy} of the test digits right: ${wrong} of ${of} wrong on average.`
        : `It gets ${accuracy} of the test digits right: ${wrong} of ${of} wrong.`,
    target: ({ reached, target, several }) =>
      `${several ? "On average it" : "It"} ${reached ? "exceeds" : "does not exceed"} the ${target} that the exercise asks for.`,
    against: ({ digits: count, less, other, verdict, several }) => {
      if (verdict === "equal") return `It gets as many digits wrong as ${other}.`;
      const difference = `${several ? "On average it" : "It"} gets ${digits(count, less ? "fewer" : "more")} wrong than ${other}`;
      const better = less ? "fewer" : "more";
      return {
        "may be chance": `${difference}, a difference that may be due to chance.`,
        "single seed": `${difference}; a single seed does not show how much of that is due to chance.`,
        "seeds overlap": `${difference}, but the seeds overlap: the difference may be due to chance.`,
        "every seed": `${difference}, and each of its seeds gets ${better} wrong than any seed of ${other}.`,
      }[verdict];
    },
    underfits: ({ factor, layer, nearZero }) =>
      `${factor === undefined ? "The penalty" : `At ${factor} the penalty`} weighs too much: ${nearZero} of the weights of ${layer} are nearly zero and the network underfits, reading even its training digits worse than the base network. A smaller factor is worth trying.`,
    gap: ({ epoch, own, base }) =>
      [
        epoch === undefined ? "At the best epoch of each seed" : `At its best epoch (${epoch})`,
        "its training accuracy, which Keras averages over the epoch while the network is still learning, is",
        `${side(own)} its validation accuracy${base === undefined ? "" : ` (base network: ${base.sign === 0 ? "the same" : side(base)})`}.`,
        ...(own.sign < 0 ? ["That alone does not tell whether it overfits."] : []),
      ].join(" "),
    lossRises: ({ epoch, lowest, last, overfits }) =>
      `Its validation loss is lowest at epoch ${epoch} (${lowest}) and ends at ${last}${overfits ? ", while its training loss falls: from there on it overfits" : ""}.`,
    narrower: ({ layer, own, base, times: ratio }) =>
      `The weights of ${layer} have a standard deviation of ${own}, ${ratio} times smaller than in the base network (${base}).`,
    nearZero: ({ layer, own, base }) =>
      `${own} of the weights of ${layer} are within 0.001 of zero; in the base network, ${base}.`,
    firstEpoch: ({ own, base }) =>
      `After one epoch its validation accuracy is already ${own}; that of the base network is ${base}.`,
    poorStart: ({ own, training, second, notebook }) => [
      `After the first epoch it reads only ${own} of the validation digits right, although its training accuracy is ${training}: to evaluate, batch normalization uses running averages that still contain part of their initial values.`,
      ...(second === undefined ? [] : [`After the second epoch it is ${second}.`]),
      ...(notebook === undefined ? [] : [`In the notebook it was ${notebook} after the first.`]),
    ],
    mistakes: ({ pairs, times: count, seed }) => {
      const which = list(pairs.map(([actual, predicted]) => `${a(actual)} as ${a(predicted)}`));
      const whose = seed === undefined ? "Its" : `With seed ${seed}, its`;
      return pairs.length === 1
        ? `${whose} most common mistake is to read ${which} (${times(count)}).`
        : `${whose} most common mistakes are to read ${which} (${times(count)} each).`;
    },
    notebook: ({ published, epoch, here, difference }) =>
      `The notebook’s best validation accuracy up to epoch ${epoch} was ${published}; here it is ${here} (${difference} points).`,
  },
};
