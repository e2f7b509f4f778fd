import { describe, expect, it } from "vitest";
import type { ReportData, TechniqueRun, WeightHistogram } from "../../src/report/data.js";
import { differsClearly, findings, verdictOn } from "../../src/report/findings.js";
import { weightHistogram } from "../../src/report/histogram.js";
import { numbersIn } from "../../src/report/numbers.js";
import { summarize } from "../../src/report/summary.js";
import { texts } from "../../src/report/text/index.js";

interface Outcome {
  readonly seed?: number;
  readonly wrong?: number;
  /** Epoch by epoch; the longest list decides how many there are, and a list's last value stands for the rest. */
  readonly train?: readonly number[];
  readonly val?: readonly number[];
  readonly loss?: readonly number[];
  readonly valLoss?: readonly number[];
  readonly best?: number;
  readonly seconds?: number;
  readonly confusion?: Readonly<Record<number, number>>;
  readonly weights?: readonly WeightHistogram[];
  readonly isNotebookCell?: boolean;
}

/** A made-up run of which nothing can be said but its wrong digits, unless told otherwise. */
function run(technique: string, outcome: Outcome = {}): TechniqueRun {
  const { seed = 1, wrong = 100, train = [0.99], val = [0.99], loss = [0.1], valLoss = [0.1] } = outcome;
  const epochs = Math.max(train.length, val.length, loss.length, valLoss.length);
  const at = (values: readonly number[], i: number) => values[Math.min(i, values.length - 1)] as number;
  const confusion = new Array<number>(100).fill(0);
  // One mistake of each kind, as far as they go: none is the most common.
  const mistakes = confusion.map((_, cell) => cell).filter((cell) => cell % 11 !== 0);
  for (let i = 0; i < wrong; i++) {
    const cell = mistakes[i % mistakes.length] as number;
    confusion[cell] = (confusion[cell] as number) + 1;
  }
  confusion[0] = 10_000 - wrong;
  for (const [cell, times] of Object.entries(outcome.confusion ?? {})) confusion[Number(cell)] = times;
  return {
    technique,
    seed,
    isNotebookCell: outcome.isNotebookCell,
    history: Array.from({ length: epochs }, (_, i) => ({
      epoch: i + 1,
      loss: at(loss, i),
      accuracy: at(train, i),
      valLoss: at(valLoss, i),
      valAccuracy: at(val, i),
      learningRate: 0.001,
      seconds: outcome.seconds ?? 1,
    })),
    bestEpoch: outcome.best ?? 1,
    test: { loss: 0.03, accuracy: 1 - wrong / 10_000 },
    confusion,
    weights: outcome.weights,
  };
}

function of(technique: string, ...runs: readonly TechniqueRun[]) {
  const data: ReportData = {
    runs,
    images: { train: 48_000, validation: 12_000, test: 10_000 },
    environment: { machine: "", software: [], began: ["", ""], command: "", date: "" },
  };
  const summaries = summarize(data);
  const own = summaries.find((summary) => summary.technique === technique);
  if (own === undefined) throw new Error(`no ${technique}`);
  const text = texts.en;
  return findings(own, { data, summaries, text, numbers: numbersIn("en", text) });
}

function all(technique: string, ...runs: readonly TechniqueRun[]): string {
  const { conclusion, main, more } = of(technique, ...runs);
  return [conclusion, ...main, ...more].join(" ");
}

const seeds = (technique: string, ...wrong: readonly number[]) =>
  wrong.map((count, i) => run(technique, { seed: i + 1, wrong: count }));

const layer = (name: string, deviation: number, nearZero: number): WeightHistogram => ({
  ...weightHistogram(name, Float32Array.of(-1, 1)),
  deviation,
  nearZero,
});

describe("the exercise's target", () => {
  it("is exceeded by more than 99 % right only", () => {
    expect(of("base", run("base", { wrong: 99 })).conclusion).toContain("It exceeds the 99%");
    expect(of("base", run("base", { wrong: 100 })).conclusion).toContain("It does not exceed the 99%");
  });

  it("is spoken of for the base network, or one that stands alone", () => {
    expect(all("dropout", run("base"), run("dropout"))).not.toContain("99%  that");
    expect(all("dropout", run("base"), run("dropout"))).not.toContain("exercise");
    expect(all("dropout", run("dropout"))).toContain("exercise");
  });
});

describe("wrong digits beside the base network's", () => {
  it("differ clearly only beyond two standard errors", () => {
    expect(differsClearly(100, 72)).toBe(true);
    expect(differsClearly(100, 76)).toBe(false);
  });

  it("of a single seed are never said to exceed chance", () => {
    for (const wrong of [0, 40, 60, 150, 5000]) {
      const { conclusion } = of("dropout", run("base"), run("dropout", { wrong }));
      expect(conclusion, String(wrong)).toContain(
        "a single seed does not show how much of that is due to chance",
      );
      expect(conclusion).not.toContain("each of its seeds");
    }
    expect(of("dropout", ...seeds("base", 100, 101, 99), run("dropout", { wrong: 40 })).conclusion).toContain(
      "single seed",
    );
    expect(of("dropout", run("base"), run("dropout", { wrong: 60 })).conclusion).toMatch(
      /^It gets 40 fewer digits wrong than the base network;/,
    );
    expect(of("dropout", run("base"), run("dropout", { wrong: 150 })).conclusion).toMatch(
      /^It gets 50 more digits wrong/,
    );
  });

  it("that are few may be chance, one seed or several", () => {
    expect(of("dropout", run("base"), run("dropout", { wrong: 95 })).conclusion).toBe(
      "It gets 5 fewer digits wrong than the base network, a difference that may be due to chance.",
    );
    expect(of("dropout", run("base"), run("dropout", { wrong: 101 })).conclusion).toContain(
      "1 more digit wrong",
    );
    // Every seed is better, but by too little for this many test digits.
    expect(of("dropout", ...seeds("base", 100, 101), ...seeds("dropout", 95, 96)).conclusion).toContain(
      "may be due to chance",
    );
    expect(of("dropout", run("base"), run("dropout")).conclusion).toBe(
      "It gets as many digits wrong as the base network.",
    );
  });

  it("are clear only where every seed agrees", () => {
    expect(verdictOn([60, 62, 58], [100, 98, 102])).toBe("every seed");
    expect(verdictOn([140, 142], [100, 98])).toBe("every seed");
    expect(verdictOn([40, 40, 99], [100, 98, 102])).toBe("seeds overlap");
    expect(of("dropout", ...seeds("base", 100, 98), ...seeds("dropout", 60, 62)).conclusion).toBe(
      "On average it gets 38 fewer digits wrong than the base network, and each of its seeds gets fewer wrong than any seed of the base network.",
    );
    expect(of("dropout", ...seeds("base", 100, 98), ...seeds("dropout", 20, 99)).conclusion).toContain(
      "the seeds overlap: the difference may be due to chance",
    );
  });

  it("differ by the difference of the means as written", () => {
    // 86.333 and 70.667 are written 86.3 and 70.7.
    const text = all("dropout", ...seeds("base", 86, 86, 87), ...seeds("dropout", 70, 71, 71));
    expect(text).toContain("70.7 of 10,000 wrong");
    expect(text).toContain("15.6 fewer digits");
  });
});

describe("a technique that builds on another one", () => {
  it("is compared with that one as well, where it is there", () => {
    const runs = [run("base"), run("batchnorm", { wrong: 90 }), run("augmentation", { wrong: 80 })];
    expect(all("augmentation", ...runs)).toContain(
      "10 fewer digits wrong than the network with batch normalization",
    );
    expect(all("augmentation", run("base"), run("augmentation"))).not.toContain("batch normalization");
    expect(all("batchnorm", ...runs)).not.toContain("augmentation");
    const tuned = [...runs, run("augmentation-tuned", { wrong: 50 })];
    expect(all("augmentation-tuned", ...tuned)).toContain(
      "30 fewer digits wrong than the network trained with data augmentation",
    );
    expect(all("augmentation-tuned", ...tuned)).not.toContain("than the network with batch normalization");
  });
});

describe("a penalty", () => {
  const base = (outcome: Outcome = {}) =>
    run("base", {
      train: [0.9, 0.98, 0.995],
      val: [0.97, 0.98, 0.989],
      weights: [layer("dense", 0.04, 0.02)],
      ...outcome,
    });
  const l2 = (outcome: Outcome = {}) =>
    run("l2", {
      train: [0.9, 0.95, 0.97],
      val: [0.94, 0.95, 0.965],
      weights: [layer("dense", 0.004, 0.956)],
      wrong: 300,
      ...outcome,
    });

  it("that switches most weights off and costs even training accuracy underfits", () => {
    expect(of("l2", base(), l2()).conclusion).toBe(
      "At 0.01 the penalty weighs too much: 95.6% of the weights of dense are nearly zero and the network underfits, reading even its training digits worse than the base network. A smaller factor is worth trying.",
    );
    expect(of("l2", base(), l2()).main.join(" ")).toContain("200 more digits wrong");
  });

  it.each<[string, TechniqueRun, TechniqueRun]>([
    ["few weights are near zero", base(), l2({ weights: [layer("dense", 0.02, 0.3)] })],
    ["the base network's are as near", base({ weights: [layer("dense", 0.004, 0.95)] }), l2()],
    ["it reads its training digits as well", base(), l2({ train: [0.9, 0.98, 0.9945] })],
    ["it reads the validation digits as well", base(), l2({ val: [0.97, 0.98, 0.9885] })],
    ["the layers cannot be compared", base({ weights: [] }), l2()],
    [
      "it was trained for two epochs only",
      base({ train: [0.9, 0.98], val: [0.97] }),
      l2({ train: [0.9, 0.95], val: [0.95] }),
    ],
  ])("is not said to underfit where %s", (_, plain, penalized) => {
    expect(all("l2", plain, penalized)).not.toMatch(/underfit|too much/);
  });

  it("nor is a technique without a penalty, or one without the base network beside it", () => {
    expect(all("dropout", base(), { ...l2(), technique: "dropout" })).not.toMatch(
      /underfit|near.? zero|deviation/,
    );
    expect(all("l2", l2())).not.toMatch(/underfit|zero|deviation/);
  });

  it("narrows the largest layer by the ratio of the figures as written", () => {
    const text = all(
      "l2",
      run("base", { weights: [layer("dense", 0.04114, 0.02)] }),
      run("l2", { weights: [layer("dense", 0.0020849, 0.5)] }),
    );
    // 0.0411 / 0.00208; unrounded it would be 19.7.
    expect(text).toContain(
      "standard deviation of 0.00208, 19.8 times smaller than in the base network (0.0411)",
    );
    expect(text).toContain(
      "50.0% of the weights of dense are within 0.001 of zero; in the base network, 2.0%",
    );
  });

  it("is not said to narrow weights that are as wide, or all zero", () => {
    const plain = run("base", { weights: [layer("dense", 0.04, 0.02)] });
    for (const deviation of [0.04, 0.05, 0]) {
      expect(all("l2", plain, run("l2", { weights: [layer("dense", deviation, 0.02)] }))).not.toContain(
        "times smaller",
      );
    }
  });
});

describe("batch normalization's first epoch", () => {
  const base = run("base", { train: [0.92, 0.97], val: [0.96, 0.98] });
  const poor = (outcome: Outcome = {}) =>
    run("batchnorm", { train: [0.93, 0.98], val: [0.62, 0.977], isNotebookCell: true, ...outcome });

  it("is explained where it reads the validation digits badly, beside the notebook's", () => {
    const text = all("batchnorm", base, poor());
    expect(text).toContain(
      "After the first epoch it reads only 62.00% of the validation digits right, although its training accuracy is 93.00%",
    );
    expect(text).toContain("running averages that still contain part of their initial values");
    expect(text).toContain(
      "After the second epoch it is 97.70%. In the notebook it was 97.05% after the first.",
    );
    expect(text).not.toContain("is already");
  });

  it("is the conclusion where there is no later one to test", () => {
    const single = of("batchnorm", base, poor({ train: [0.93], val: [0.62] }));
    expect(single.conclusion).toContain("After the first epoch it reads only 62.00%");
    expect(single.main.join(" ")).toContain("as many digits wrong as the base network");
    const later = of("batchnorm", base, poor({ best: 2, wrong: 90 }));
    expect(later.conclusion).toContain("10 fewer digits wrong than the base network");
    expect(later.main.join(" ")).toContain("After the first epoch it reads only 62.00%");
  });

  it("is explained without what is not there", () => {
    const alone = all("batchnorm", poor({ isNotebookCell: false, train: [0.93], val: [0.62] }));
    expect(alone).toContain("reads only 62.00%");
    expect(alone).not.toMatch(/second epoch|notebook/);
    expect(all("batchnorm", base, poor({ val: [0.62, 0.6] }))).not.toContain("second epoch");
  });

  it("is not explained where it is fine, or by a network that normalizes nothing", () => {
    expect(all("batchnorm", base, poor({ val: [0.95, 0.98] }))).not.toContain("running averages");
    expect(all("dropout", base, { ...poor(), technique: "dropout" })).not.toContain("running averages");
  });

  it("is said to be ahead only where it is, as written", () => {
    const ahead = (first: number) => all("batchnorm", base, poor({ val: [first, 0.98] }));
    expect(ahead(0.97)).toContain(
      "After one epoch its validation accuracy is already 97.00%; that of the base network is 96.00%",
    );
    expect(ahead(0.96)).not.toContain("is already");
    expect(ahead(0.95)).not.toContain("is already");
    // 96.00 % both.
    expect(ahead(0.96004)).not.toContain("is already");
  });
});

describe("training beside validation accuracy", () => {
  it("is told without a conclusion about memorizing", () => {
    const below = all("dropout", run("base", { train: [0.989] }), run("dropout", { train: [0.98] }));
    expect(below).toContain("1.00 points below its validation accuracy (base network: 0.10 points below)");
    expect(below).toContain("That alone does not tell whether it overfits.");
    expect(below).not.toMatch(/by heart|memoriz/);
    const above = all("base", run("base", { train: [0.999] }));
    expect(above).toContain("0.90 points above its validation accuracy.");
    expect(above).not.toContain("overfits");
    expect(all("base", run("base"))).toContain("is the same as its validation accuracy.");
  });

  it("is the difference of the accuracies as written", () => {
    // 98.84 % and 98.68 %; unrounded the difference is 0.17 points.
    expect(all("base", run("base", { train: [0.988449], val: [0.986751] }))).toContain("0.16 points above");
  });
});

describe("the validation loss", () => {
  const losses = (valLoss: readonly number[], loss: readonly number[]) =>
    all("base", run("base", { valLoss, loss }));
  it("that rises and stays up while the training loss falls is overfitting", () => {
    expect(losses([0.2, 0.1, 0.13, 0.15], [0.2, 0.1, 0.05, 0.02])).toContain(
      "lowest at epoch 2 (0.10) and ends at 0.15, while its training loss falls: from there on it overfits",
    );
  });

  it("that rises with the training loss is not called overfitting", () => {
    const text = losses([0.2, 0.1, 0.13, 0.15], [0.2, 0.1, 0.2, 0.3]);
    expect(text).toContain("ends at 0.15.");
    expect(text).not.toContain("overfits");
  });

  it.each([
    ["little", [0.2, 0.1, 0.105, 0.105]],
    ["in the last epoch only", [0.2, 0.1, 0.1, 0.15]],
    ["and falls again", [0.2, 0.1, 0.2, 0.1]],
    ["not at all", [0.2, 0.15, 0.12, 0.1]],
    ["nor has the time to", [0.1]],
  ])("that rises %s is not spoken of", (_, valLoss) => {
    expect(losses(valLoss, [0.2, 0.1, 0.05, 0.02])).not.toContain("lowest at epoch");
  });
});

describe("the most common mistake", () => {
  it("is named, with those as common, of the run whose pictures are shown", () => {
    expect(all("base", run("base", { wrong: 0, confusion: { 49: 7, 94: 3 } }))).toContain(
      "Its most common mistake is to read a 4 as a 9 (7 times).",
    );
    expect(all("base", run("base", { wrong: 0, confusion: { 49: 7, 83: 7 } }))).toContain(
      "Its most common mistakes are to read a 4 as a 9 and an 8 as a 3 (7 times each).",
    );
    const two = [run("base", { val: [0.98] }), run("base", { seed: 2, confusion: { 49: 7 } })];
    expect(all("base", ...two)).toContain("With seed 2, its most common mistake");
  });

  it("is not named where none was made twice", () => {
    expect(all("base", run("base", { wrong: 50 }))).not.toContain("common mistake");
    expect(all("base", run("base", { wrong: 0 }))).not.toContain("common mistake");
    expect(all("base", run("base", { wrong: 0, confusion: { 49: 7, 83: 7, 72: 7 } }))).not.toContain(
      "common mistake",
    );
  });
});

describe("the notebook", () => {
  it("is compared at an epoch that both have, by the figures as written", () => {
    const five = { val: [0.96, 0.97, 0.98, 0.985, 0.988449], isNotebookCell: true };
    expect(all("base", run("base", five))).toContain(
      "The notebook’s best validation accuracy up to epoch 5 was 98.68%; here it is 98.84% (+0.16 points).",
    );
  });

  it.each(["mlp", "best", "l1", "augmentation-tuned"])(
    "is not compared with %s, which it does not have",
    (technique) => {
      expect(all(technique, run("base"), run(technique, { isNotebookCell: true }))).not.toContain("notebook");
    },
  );

  it("is not compared with runs on other images or of another batch size", () => {
    expect(all("base", run("base", { isNotebookCell: false }))).not.toContain("notebook");
    const mixed = [run("base", { isNotebookCell: true }), run("base", { seed: 2 })];
    expect(all("base", ...mixed)).not.toContain("notebook");
  });
});

describe("the time that a training took", () => {
  it("is not compared: other programs may have been running", () => {
    const text = (seconds: number) => all("dropout", run("base"), run("dropout", { seconds }));
    expect(text(100)).toBe(text(1));
  });
});
