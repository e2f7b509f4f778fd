import { type Argument, Command, type ErrorOptions, Help, type Option } from "commander";
import type { CliText } from "./text/index.js";

/** A command whose help and errors are in the language of a text. */
export class LocalizedCommand extends Command {
  readonly #text: CliText;

  constructor(name: string | undefined, text: CliText) {
    super(name);
    this.#text = text;
    this.helpOption("-h, --help", text.help.help)
      .showHelpAfterError(text.help.adviceAfterError)
      .exitOverride();
  }

  override createCommand(name?: string): LocalizedCommand {
    return new LocalizedCommand(name, this.#text);
  }

  override createHelp(): Help {
    return Object.assign(new LocalizedHelp(this.#text), this.configureHelp());
  }

  override error(message: string, options?: ErrorOptions): never {
    return super.error(this.#text.parserError(message), options);
  }
}

class LocalizedHelp extends Help {
  readonly #text: CliText;

  constructor(text: CliText) {
    super();
    this.#text = text;
  }

  override styleTitle(title: string): string {
    const { usage, arguments: args, options, commands } = this.#text.help;
    const titles: Readonly<Record<string, string>> = {
      "Usage:": usage,
      "Arguments:": args,
      "Options:": options,
      "Commands:": commands,
    };
    return titles[title] ?? title;
  }

  override styleUsage(usage: string): string {
    const { someOptions, someCommand } = this.#text.help;
    return usage.replace("[options]", someOptions).replace("[command]", someCommand);
  }

  override optionDescription(option: Option): string {
    return this.#withOwnWords(super.optionDescription(option));
  }

  override argumentDescription(argument: Argument): string {
    return this.#withOwnWords(super.argumentDescription(argument));
  }

  /** What commander adds at the end of a description, e.g. `(choices: "a", "b", default: "a")`. */
  #withOwnWords(description: string): string {
    const { choices, default: byDefault } = this.#text.help;
    return description.replace(/\((?:choices|default): [^()]*\)$/, (added) =>
      added.replace(/^\(choices: /, `(${choices}: `).replace(/(^\(|, )default: /, `$1${byDefault}: `),
    );
  }
}
