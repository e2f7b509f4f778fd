import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { trazo } from "../../packages/cli/test/command.js";
import { cellsOf, notebooks, withoutComments } from "../../scripts/notebook/assemble.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Output {
  readonly output_type: string;
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

interface NotebookCell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly execution_count?: number;
  readonly outputs?: readonly Output[];
}

const read = (path: string): NotebookCell[] =>
  (JSON.parse(readFileSync(path, "utf8")) as { cells: NotebookCell[] }).cells;

const kept = (language: "es" | "en"): NotebookCell[] => read(join(root, "notebooks", notebooks[language]));

const codeOf = (cells: readonly NotebookCell[]): NotebookCell[] =>
  cells.filter(({ cell_type }) => cell_type === "code");

const printed = ({ outputs = [] }: NotebookCell): string =>
  outputs.map(({ text = "" }) => (typeof text === "string" ? text : text.join(""))).join("");

const kindsOf = ({ outputs = [] }: NotebookCell): string[] =>
  outputs.flatMap(({ data = {} }) => Object.keys(data));

const trainings = ["base", "l2", "dropout", "batchnorm", "augmentation", "answer"];

describe.each(["es", "en"] as const)("the notebook (%s)", (language) => {
  const cells = kept(language);

  it("is what its sources say", () => {
    expect(
      cells.map(({ id, cell_type, source }) => ({ id, type: cell_type, source: source.join("") })),
    ).toEqual(cellsOf(language));
  });

  it("was executed from the first cell to the last, without an error", () => {
    const code = codeOf(cells);
    expect(code.map(({ execution_count }) => execution_count)).toEqual(code.map((_, i) => i + 1));
    expect(code.flatMap(({ outputs = [] }) => outputs).filter((one) => one.output_type === "error")).toEqual(
      [],
    );
  });

  it("keeps what was shown: messages of every epoch, curves, digits, the network, confusions", () => {
    const epochs = Number(
      /const epochs = (\d+);/.exec(cells.map(({ source }) => source.join("")).join("\n"))?.[1],
    );
    const cell = (id: string): NotebookCell => cells.find((one) => one.id === id) as NotebookCell;
    for (const id of trainings) {
      expect(kindsOf(cell(id)), id).toContain("image/svg+xml");
      const lines = printed(cell(id)).split("\n");
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const at = lines.indexOf(`Epoch ${epoch}/${epochs}`);
        expect(lines[at + 1], id).toMatch(
          new RegExp(
            `^Epoch ${epoch}: val_accuracy (improved from .* saving model to best_model.h5|did not improve from .*)$`,
          ),
        );
      }
      expect(printed(cell(id))).toMatch(/Test loss: \d+\.\d\d\nTest accuracy: \d\d\.\d\d\n/);
    }
    for (const id of ["digits", "generator", "misread", "drawing", "reading"]) {
      expect(kindsOf(cell(id)), id).toContain("image/png");
    }
    for (const id of ["model", "history", "confusion"])
      expect(kindsOf(cell(id)), id).toContain("image/svg+xml");
    expect(printed(cell("reading"))).toMatch(/^7 █+ \d+\.\d %$/m);
  });
});

it("both notebooks run the same code", () => {
  const code = (language: "es" | "en") =>
    codeOf(kept(language)).map(({ source }) => withoutComments(source.join("")));
  expect(code("es")).toEqual(code("en"));
});

const notebookCommand = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/notebook/main.mjs", ...args], { cwd: root, encoding: "utf8" });

it("npm run notebook says what is wrong with its options", () => {
  const { status, stderr } = notebookCommand("--execute", "--epochs", "0");
  expect([status, stderr.split("\n")[0]]).toEqual([2, "--epochs must be a positive integer, but got 0."]);
  expect(notebookCommand("--keep").stderr).toMatch(/^--epochs and --keep need --execute\.\n/);
});

it("executed for one epoch, it prints what the command line gives for the same seed", async () => {
  const begun = Date.now();
  const { status, stderr } = notebookCommand("--execute", "--epochs", "1", "--lang", "es");
  expect(status, stderr).toBe(0);
  const files = ["practica.ipynb", "practice.txt"].map((file) => join(root, "runs", "notebook", file));
  const [executed, text] = files.map((file) => existsSync(file) && statSync(file).mtimeMs >= begun - 1000);
  expect(executed || text).toBe(true);
  const outputs = executed
    ? codeOf(read(files[0] as string))
        .map(printed)
        .join("")
    : readFileSync(files[1] as string, "utf8");
  const lines = (pattern: RegExp): string[] =>
    [...outputs.matchAll(pattern)].map(([, value]) => value as string);
  const improved = lines(
    /^Epoch 1: val_accuracy improved from -inf to (\d\.\d{5}), saving model to best_model\.h5$/gm,
  );
  const accuracies = lines(/^Test accuracy: (\d+\.\d\d)$/gm);
  expect([improved.length, accuracies.length]).toEqual([trainings.length, trainings.length]);

  const folder = mkdtempSync(join(tmpdir(), "trazo-notebook-"));
  try {
    const compared = ["base", "dropout", "augmentation"];
    const { code, stdout } = await trazo([
      ...["practice", "--only", compared.join(), "--epochs", "1", "--seed", "1", "--out", folder],
    ]);
    expect(code).toBe(0);
    const own = [...stdout.matchAll(/^Epoch 1: val_accuracy improved from -inf to (\d\.\d{5}),/gm)].map(
      ([, value]) => value,
    );
    const tests = [...stdout.matchAll(/^Test accuracy: (\d+\.\d\d) ?%$/gm)].map(([, value]) => value);
    const of = (values: readonly string[]) => compared.map((name) => values[trainings.indexOf(name)]);
    expect(of(improved)).toEqual(own);
    expect(of(accuracies)).toEqual(tests);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 1_800_000);
