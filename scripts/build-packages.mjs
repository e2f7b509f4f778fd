// Bundles packages/practice and packages/sweep into a few files each. A process that makes a run would otherwise open some two hundred,
// which takes longer than anything else before its first step. Other packages stay imports, so that a class is the same class wherever it
// is imported. The declarations next to the bundles are the compiler's.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { inputOptions, outputOptions } from "./bundle-options.mjs";
import { filesOf, putInPlace } from "./put-in-place.mjs";

/** Of each package what its exports lead to, and what is started as a process. */
const packages = {
  practice: ["index", "networks", "published"],
  sweep: ["index", "pool/pool-process"],
};

for (const [name, entries] of Object.entries(packages)) {
  await bundle(fileURLToPath(new URL(`../packages/${name}/`, import.meta.url)), entries);
}

async function bundle(folder, entries) {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, join(folder, "src", `${entry}.ts`)])),
    platform: "node",
    external: (id) => !/^[./]|^[A-Z]:|^@oxc-project\//.test(id),
    ...inputOptions(folder),
  });
  const dist = join(folder, "dist");
  const { output } = await bundle.generate(outputOptions(dist));
  putInPlace(dist, filesOf(output));
}
