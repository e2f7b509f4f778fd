// Runs before `npm pack` and `npm publish` of a package: builds it, and puts what it carries besides into its folder.
// At the root, which is no package to publish, it says how to pack one.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = process.cwd();

if (resolve(folder) === resolve(root)) {
  console.error(
    "Pack one of the packages: npm pack --workspace trazo (or @trazo/practice, @trazo/sweep, @trazo/queue, @trazo/serve, @trazo/studio, @trazo/cli).",
  );
  process.exit(1);
}

const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const what = name === "trazo" ? ["library"] : [];
const built = spawnSync("node", [join(root, "scripts", "run.mjs"), "build", ...what], {
  // npm pack prints the tarball's name on the standard output, and nothing else belongs there.
  stdio: ["ignore", process.stderr, "inherit"],
});
if (built.status !== 0) process.exit(built.status ?? 1);
copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
if (name === "trazo") carryOnnxRuntime();

/**
 * ONNX Runtime's CPU library for every platform, from onnxruntime-node. That package cannot be a dependency: installing it
 * downloads GPU libraries on Linux, and fails where their host cannot be reached.
 * TRAZO_ORT_PLATFORMS (e.g. "linux-x64,darwin-arm64") makes a smaller package for those alone.
 */
function carryOnnxRuntime() {
  const source = dirname(createRequire(join(root, "package.json")).resolve("onnxruntime-node/package.json"));
  const libraries = {
    "linux-x64": "libonnxruntime.so.1",
    "linux-arm64": "libonnxruntime.so.1",
    "darwin-arm64": "libonnxruntime.1.dylib",
    "win32-x64": "onnxruntime.dll",
    "win32-arm64": "onnxruntime.dll",
  };
  const target = join(folder, "ort");
  rmSync(target, { recursive: true, force: true });
  const wanted = process.env.TRAZO_ORT_PLATFORMS?.split(",") ?? Object.keys(libraries);
  for (const platform of wanted) {
    const library = libraries[platform];
    if (!library)
      throw new Error(`no ONNX Runtime for ${platform}; known: ${Object.keys(libraries).join(", ")}`);
    mkdirSync(join(target, platform), { recursive: true });
    cpSync(join(source, "bin", "napi-v6", ...platform.split("-"), library), join(target, platform, library));
  }
  const notice = ["LICENSE", "LICENSE.txt"].map((file) => join(source, file)).find(existsSync);
  if (notice) copyFileSync(notice, join(target, "LICENSE"));
}
