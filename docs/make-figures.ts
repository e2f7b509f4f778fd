/**
 * Makes the guide's figures: `npx tsx docs/make-figures.ts [FOLDER]`.
 *
 * The practice is trained into FOLDER (default `runs/guide`), as `npm start -- --epochs 5` does, which takes some minutes; runs that are there
 * already are compared only. The other figures are drawn from models.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { base } from "@trazo/practice";
import { apply, layers, model, sequential } from "trazo";
import { languages } from "./sections.js";
import { drawTrainGraph } from "./train-graph.js";

const techniques = ["base", "l2", "dropout", "batchnorm", "augmentation"];
/** Of all that a report has, what the pages show. */
const shown = [
  "accuracy",
  "comparison",
  "robustness",
  "misread-base",
  "weights-l2",
  "augmented-augmentation",
  ...techniques.map((technique) => `training-${technique}`),
];

const figures = fileURLToPath(new URL("figures/", import.meta.url));
const folder = process.argv[2] ?? "runs/guide";

if (!existsSync(`${folder}/report.html`)) trazo("practice", "--epochs", "5", "--seed", "42", "--out", folder);
for (const lang of languages) {
  const compared = `${folder}/report-${lang}`;
  trazo(
    "compare",
    ...techniques.map((name) => `${folder}/${name}-seed42`),
    "--lang",
    lang,
    "--out",
    compared,
  );
  mkdirSync(`${figures}${lang}`, { recursive: true });
  for (const name of shown) cpSync(`${compared}/figures/${name}.svg`, `${figures}${lang}/${name}.svg`);
}

writeFileSync(`${figures}base-network.svg`, forLightPages(await base.network({ seed: 1 }).plot()));
writeFileSync(`${figures}residual-network.svg`, forLightPages(await residualNetwork().plot()));
writeFileSync(`${figures}train-graph.svg`, drawTrainGraph(smallNetwork().trainGraph()));

/** Runs the built command. */
function trazo(...args: string[]): void {
  const { status } = spawnSync("node", ["packages/cli/dist/main.js", ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`trazo ${args.join(" ")} failed. Has npm run build been run?`);
}

/** The one of the page "Networks of any shape". */
function residualNetwork() {
  const pixels = layers.input({ shape: [28, 28, 1] });
  const first = apply(
    layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
    pixels,
  );
  const second = apply(layers.conv2d({ filters: 8, kernelSize: 3, padding: "same" }), first);
  const features = apply(layers.globalAveragePooling2d(), apply(layers.add(), [first, second]));
  const scores = apply(layers.dense({ units: 10, activation: "softmax" }), features);
  return model({ inputs: pixels, outputs: scores, seed: 1 });
}

/** The one of the page "How it works inside". */
function smallNetwork() {
  const network = sequential(
    [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  network.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return network;
}

/** A picture in a page cannot follow the page's theme: all have dark ink on white. */
function forLightPages(svg: string): string {
  const light = svg.replace(/@media \(prefers-color-scheme: ?dark\) ?\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, "");
  return `${light.replace(/(<svg[^>]*>)/, '$1<rect width="100%" height="100%" fill="#ffffff"/>')}\n`;
}
