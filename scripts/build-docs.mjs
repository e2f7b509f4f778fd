// Builds the guide, in each of its languages, and the API reference into docs/dist, a folder for any static host.
// --base /trazo/: the path at which it will be served. --preview: serves it on this machine afterwards.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2);
const base = args.includes("--base") ? ["--base", args[args.indexOf("--base") + 1]] : [];
const config = ["--config", "docs/rspress.config.ts"];

npx("rspress", "build", ...config, ...base);
npx("typedoc");
if (args.includes("--preview")) npx("rspress", "preview", ...config, ...base);

function npx(...command) {
  const { status } = spawnSync("npx", ["--no-install", ...command], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: "inherit",
    shell: process.platform === "win32",
    // The theme's own counting of builds stays on this machine.
    env: { ...process.env, DO_NOT_TRACK: "1" },
  });
  if (status !== 0) process.exit(status ?? 1);
}
