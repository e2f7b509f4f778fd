// Builds the studio's page into packages/studio/dist/page: what `trazo studio` serves, and at the same time a folder for any web
// server, where the page trains by itself. For that the digits are next to it, in a file that is made once.
import { createHash } from "node:crypto";
import { appendFileSync, copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
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
const files = JSON.stringify(filesToKeep(join(studio, "dist/page")));
writeFileSync(join(studio, "dist/page/files.json"), files);
// A browser takes up a service worker again only where it has changed; with every build there is something else to keep.
appendFileSync(
  join(studio, "dist/page/service-worker.js"),
  `// ${createHash("sha256").update(files).digest("hex")}\n`,
);

/** What the page needs without a connection. The digits are kept by the module that reads them. */
function filesToKeep(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(js|css)$/.test(name) && name !== "service-worker.js")
    .map((name) => name.replaceAll("\\", "/"));
}
