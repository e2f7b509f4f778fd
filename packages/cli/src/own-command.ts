/** A command as it could be typed. */
export const commandLine = (args: readonly string[]): string => ["trazo", ...args.map(quoted)].join(" ");

const ownArgs = (): readonly string[] => process.argv.slice(2);

/** The command that is running, as it could be typed. */
export const ownCommand = (): string => commandLine(ownArgs());

/** What to type to resume it after an interruption. */
export const resumeCommand = (): string => commandLine(ownArgs().filter((arg) => arg !== "--fresh"));

/** The command that is running, with a flag that it may have already. */
export const commandWithFlag = (flag: string): string =>
  commandLine([...ownArgs().filter((arg) => arg !== flag), flag]);

/** The arguments of the command that is running, with another value for an option. */
export function commandWith(option: string, value: string): string[] {
  const others = ownArgs().filter(
    (arg, i, args) => arg !== option && args[i - 1] !== option && !arg.startsWith(`${option}=`),
  );
  return [...others.filter((arg) => arg !== "--fresh"), option, value];
}

/** Those of some options, each with a value, that the running command was given: as they were typed. */
export function givenOptions(...options: readonly string[]): string[] {
  return ownArgs().filter((arg, i, args) =>
    options.some((option) => arg === option || args[i - 1] === option || arg.startsWith(`${option}=`)),
  );
}

const quoted = (arg: string): string =>
  /^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
