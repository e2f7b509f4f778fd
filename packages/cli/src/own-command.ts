const own = (args: readonly string[]): string => ["trazo", ...args.map(quoted)].join(" ");

/** The command that is running, as it could be typed. */
export const ownCommand = (): string => own(process.argv.slice(2));

/** What to type to go on with it after an interruption. */
export const commandToGoOn = (): string => own(process.argv.slice(2).filter((arg) => arg !== "--fresh"));

/** The command that is running, with another value for an option. */
export function commandWith(option: string, value: string): string {
  const others = process.argv
    .slice(2)
    .filter((arg, i, args) => arg !== option && args[i - 1] !== option && !arg.startsWith(`${option}=`));
  return own([...others.filter((arg) => arg !== "--fresh"), option, value]);
}

const quoted = (arg: string): string =>
  /^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
