// Builds the studio's page into packages/studio/dist/page: what `trazo studio` serves, and at the same time a folder for any web
// server, where the page trains by itself. For that the digits are next to it, in a file that is made once.
import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const studio = fileURLToPath(new URL("../packages/studio/", import.meta.url));
const digits = join(studio, "dist/mnist.gz");

if (!existsSync(digits)) {
  const { writeMnistAsset } = await import("../packages/trazo/dist/node/index.js");
  await writeMnistAsset(digits);
}
await build({ configFile: join(studio, "vite.config.ts"), logLevel: "warn" });
copyFileSync(digits, join(studio, "dist/page/mnist.gz"));
writeFileSync(join(studio, "dist/page/files.json"), JSON.stringify(filesToKeep(join(studio, "dist/page"))));

/** What the page needs without a connection. The digits are kept by the module that reads them, and what is larger still is never loaded. */
function filesToKeep(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(js|css)$/.test(name) && name !== "service-worker.js")
    .filter((name) => statSync(join(folder, name)).size < 1_000_000)
    .map((name) => name.replaceAll("\\", "/"));
}
