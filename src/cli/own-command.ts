const own = (args: readonly string[]): string => ["trazo", ...args.map(quoted)].join(" ");

/** The command that is running, as it could be typed. */
export const ownCommand = (): string => own(process.argv.slice(2));

/** What to type to go on with it after an interruption. */
export const commandToGoOn = (): string => own(process.argv.slice(2).filter((arg) => arg !== "--fresh"));

const quoted = (arg: string): string =>
  /^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
