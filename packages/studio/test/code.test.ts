import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorsOf } from "../../../test/docs/compile.js";
import * as trazo from "../../trazo/src/index.js";
import { networkOf } from "../src/lab/network.js";
import { kerasCode } from "../src/page/code/keras.js";
import { typescriptCode } from "../src/page/code/typescript.js";
import { baseSettings, type RunSettings, settingsOf, techniqueNames } from "../src/protocol/settings.js";
import { shownPrograms } from "./code-programs.js";

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...code: string[]
) => (...values: unknown[]) => Promise<unknown>;

const library = new Map<string, unknown>(Object.entries(trazo));

/** The model that a program makes, which ends where its training begins. */
async function modelOf(program: string): Promise<unknown> {
  const [, imports = ""] = /^import \{\s+([\s\S]*?),\s+\} from "trazo";$/m.exec(program) ?? [];
  const names = imports.split(/,\s+/);
  const body = program
    .replace(/^import[\s\S]*?;\n/m, "")
    .replace(/^const \{ train, test \}[\s\S]*?\n\}\);\n/m, "")
    .replace(/^(const generator|await model\.fit)[\s\S]*/m, "return model;");
  return await new AsyncFunction(...names, body)(...names.map((name) => library.get(name)));
}

const both: RunSettings = { ...baseSettings, l1: 0.0001, l2: 0.01, dropout: 0.3, batchNorm: true, seed: 4 };

describe("the code that is shown", () => {
  it.each([...techniqueNames.map((name) => settingsOf(name)), both])(
    "makes the run's own network: %o",
    async (settings) => {
      const shown = (await modelOf(typescriptCode(settings))) as trazo.Sequential;
      const own = networkOf(settings, { runtime: trazo.nodeRuntime({ threads: 1 }) });
      expect(shown.toJSON()).toEqual(own.toJSON());
      expect(shown.seed).toBe(own.seed);
    },
  );

  it("imports what it uses, and all of it", () => {
    for (const settings of [...techniqueNames.map((name) => settingsOf(name)), both]) {
      const program = typescriptCode(settings);
      const [, imports = ""] = /^import \{\s+([\s\S]*?),\s+\} from "trazo";$/m.exec(program) ?? [];
      for (const name of imports.split(/,\s+/)) {
        expect(trazo).toHaveProperty(name);
        expect(program.split(new RegExp(`\\b${name}\\b`)).length, name).toBeGreaterThan(2);
      }
    }
  });

  it("is right for the compiler, in every view", () => {
    const modules = new Map(
      [...shownPrograms(["base-seed1.keras", "batchnorm-seed1.keras"])].map(([name, { typescript }], i) => [
        fileURLToPath(new URL(`shown-${i}-${name.replaceAll(" ", "-")}.ts`, import.meta.url)),
        typescript,
      ]),
    );
    // As a project of one's own has it with `"strict": true`.
    expect(errorsOf(modules, { noUncheckedIndexedAccess: false })).toEqual([]);
  });

  it("says the same in Keras", () => {
    const program = kerasCode({ ...settingsOf("augmentation"), dropout: 0.25, l2: 0.001 });
    expect(program.match(/kernel_regularizer=regularizers\.L2\(0\.001\)/g)).toHaveLength(2);
    expect(program.match(/layers\.BatchNormalization\(\),\n {4}layers\.Dropout\(0\.25\)/g)).toHaveLength(2);
    expect(program).toContain("rotation_range=30");
  });
});
