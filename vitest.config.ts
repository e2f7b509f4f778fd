import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = (path: string) => fileURLToPath(new URL(`packages/${path}/index.ts`, import.meta.url));

/**
 * Folders of packages/trazo/test whose tests only compute: they leave nothing behind that another file could notice, so that many share a
 * process, which imports the library once.
 */
const computing = [
  "callbacks",
  "classifier",
  "contract",
  "data",
  "extend",
  "formats",
  "graph",
  "initializers",
  "interpreter",
  "kernels",
  "layers",
  "losses",
  "lowering",
  "metrics",
  "model",
  "onnx",
  "optimizers",
  "plan",
  "plot",
  "random",
  "regularizers",
  "schedules",
  "schema",
];
/** Files in them that put other modules or another console in place of the real ones. */
const replacing = ["backup", "fit-callbacks", "mnist-verification"];
const together = `packages/trazo/test/{${computing.join()}}/**/!(${replacing.join("|")}).test.ts`;

/** Files with a process of their own first: they have the longest waits. The others stay together, so that they keep their processes. */
class SharedLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isolated = (file: TestSpecification): boolean => file.project.config.isolate;
    return [...sorted.filter(isolated), ...sorted.filter((file) => !isolated(file))];
  }
}

// Packages import each other's sources, so that tests see changes without a build.
const resolve = {
  alias: [
    {
      find: "#platform",
      replacement: fileURLToPath(new URL("packages/trazo/src/node/platform.ts", import.meta.url)),
    },
    { find: /^trazo$/, replacement: source("trazo/src") },
    { find: /^trazo\/node$/, replacement: source("trazo/src/node") },
    { find: /^trazo\/web$/, replacement: source("trazo/src/web") },
    { find: /^trazo\/worker$/, replacement: source("trazo/src/web/worker") },
    { find: /^@trazo\/practice$/, replacement: source("practice/src") },
    { find: /^@trazo\/serve$/, replacement: source("serve/src") },
    { find: /^@trazo\/studio$/, replacement: source("studio/src") },
    { find: /^@trazo\/sweep$/, replacement: source("sweep/src") },
    { find: /^@trazo\/queue$/, replacement: source("queue/src") },
    {
      find: /^@trazo\/practice\/networks$/,
      replacement: fileURLToPath(new URL("packages/practice/src/networks.ts", import.meta.url)),
    },
    {
      find: /^@trazo\/practice\/published$/,
      replacement: fileURLToPath(new URL("packages/practice/src/published.ts", import.meta.url)),
    },
  ],
};

const common = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  pool: "forks",
  // One more than the processors that most machines for tests have: many tests wait for other processes, pages or locks.
  maxWorkers: 3,
  sequence: { sequencer: SharedLast },
} as const;

export default defineConfig({
  resolve,
  test: {
    ...common,
    // Here alone: what a project has, each of them does again.
    globalSetup: ["build-thread", "build-report-reader"].map((name) =>
      fileURLToPath(new URL(`scripts/${name}.mjs`, import.meta.url)),
    ),
    projects: [
      {
        resolve,
        test: {
          ...common,
          name: "alone",
          include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, together],
        },
      },
      { resolve, test: { ...common, name: "together", include: [together], isolate: false } },
    ],
  },
});
