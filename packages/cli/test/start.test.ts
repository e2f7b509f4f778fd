import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pictureKinds } from "trazo/node";
import { describe, expect, it } from "vitest";
import { createProgram } from "../src/program.js";
import { textIn } from "../src/text/index.js";

const english = { text: await textIn("en"), language: "en" } as const;
const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** Makes Node refuse to load the library and the applications. */
const withoutLibrary = `data:text/javascript,${encodeURIComponent(`
  import { register } from "node:module";
  register("data:text/javascript," + encodeURIComponent(\`
    export function resolve(specifier, context, next) {
      if (/^@?trazo($|[/])/.test(specifier)) throw new Error("loaded " + specifier);
      return next(specifier, context);
    }\`));`)}`;

const start = (...args: string[]) =>
  spawnSync(process.execPath, ["--import", withoutLibrary, program, ...args], { encoding: "utf8" });

describe("the command line starts without loading the library", () => {
  it.each(["--help", "--version"])("%s", (option) => {
    const { status, stderr } = start(option);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("which a command that computes does load", () => {
    expect(start("summary").stderr).toContain("loaded trazo");
  });
});

it("the list of commands is what the commands say themselves", async () => {
  const names = (await createProgram([], english)).commands.map((command) => command.name());
  const bare = (await createProgram([], english)).helpInformation();
  const loaded = await createProgram(names, english);
  expect(loaded.helpInformation()).toBe(bare);
  const help = loaded.createHelp();
  for (const command of loaded.commands) {
    // What commander itself makes of the arguments and options.
    const { subcommandTerm } = Object.getPrototypeOf(help) as typeof help;
    expect(bare).toContain(`  ${subcommandTerm.call(help, command)} `);
  }
  expect(bare.replace(/\s+/g, " ")).toContain(`classify pictures (${pictureKinds}; `);
});
