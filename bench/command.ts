import { type ParseArgsConfig, parseArgs as parse } from "node:util";

/**
 * Node's parseArgs for a program that a person starts: `--help` lists the options with their defaults and ends the program, and what it
 * cannot read ends it with a sentence and that list in place of a stack trace.
 */
export function parseArgs<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parse<Config>> {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
    console.log(optionLines(config));
    process.exit(0);
  }
  try {
    return parse(config);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${optionLines(config)}`);
    process.exit(2);
  }
}

function optionLines({ options = {}, allowPositionals }: ParseArgsConfig): string {
  const lines = Object.entries(options).map(([name, { type, default: preset, multiple }]) => {
    const value = type === "string" ? ` VALUE${multiple ? " (may be repeated)" : ""}` : "";
    const shown = type === "string" && typeof preset === "string" ? ` (default: ${preset})` : "";
    return `  --${name}${value}${shown}`;
  });
  return [
    "Options:",
    ...lines,
    ...(allowPositionals ? ["Other words are read as well; see the top of the file."] : []),
  ].join("\n");
}

/** What a table has under a name given on the command line; a name that it lacks ends the program with those that it has. */
export function namedEntry<Entry>(table: Readonly<Record<string, Entry>>, kind: string, name: string): Entry {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry !== undefined) return entry;
  console.error(`Unknown ${kind} "${name}"; known: ${Object.keys(table).join(", ")}.`);
  process.exit(2);
}
