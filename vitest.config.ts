import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`packages/${path}/index.ts`, import.meta.url));

export default defineConfig({
  // Packages import each other's sources, so that tests see changes without a build.
  resolve: {
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
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ["build-thread", "build-report-reader"].map((name) =>
      fileURLToPath(new URL(`scripts/${name}.mjs`, import.meta.url)),
    ),
    pool: "forks",
    maxWorkers: 2,
  },
});
