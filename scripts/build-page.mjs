// Builds the page that `trazo serve` shows: its program, which runs in browsers and is therefore a TypeScript project of its own,
// and its style sheet.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", "packages/serve/tsconfig.page.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
copyFileSync(
  join(root, "packages/serve/src/browser/page.css"),
  join(root, "packages/serve/dist/browser/page.css"),
);
