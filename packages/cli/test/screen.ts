import { Writable } from "node:stream";

/** How commands to a terminal begin. */
const sequence = "\u001b[";

/** A terminal as far as a table needs it that is erased and drawn again: whole lines, which are broken as its width asks. */
export class Screen extends Writable {
  readonly isTTY = true;
  readonly rows = 24;
  readonly #lines: string[] = [];
  /** Where the cursor is in its line. */
  #column = 0;

  constructor(public columns: number) {
    super();
  }

  /** What somebody sees. */
  get seen(): string[] {
    return this.#lines.flatMap((line) =>
      Array.from({ length: this.#heightOf(line) }, (_, i) =>
        line.slice(i * this.columns, (i + 1) * this.columns),
      ),
    );
  }

  /** Shows what somebody typed, as terminals do. */
  echo(keys: string): void {
    this.#column += keys.length;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const text = String(chunk);
    const command = text.startsWith(sequence) ? text.slice(sequence.length) : undefined;
    if (command === undefined) {
      this.#lines.push(...text.replace(/\n$/, "").split("\n"));
      this.#column = 0;
    } else if (command === "1G") this.#column = 0;
    else if (command.endsWith("A")) this.#remove(Number(command.slice(0, -1)));
    done();
  }

  /** The cursor goes up, and what is below it is erased. */
  #remove(rows: number): void {
    let line: string | undefined;
    for (let left = rows; left > 0; ) {
      line = this.#lines.pop();
      if (line === undefined) throw new Error("The cursor left the screen.");
      const height = this.#heightOf(line);
      if (height > left) this.#lines.push(line.slice(0, (height - left) * this.columns));
      left -= Math.min(left, height);
    }
    // What stands left of the cursor is not erased.
    if (this.#column > 0 && line !== undefined) this.#lines.push(line.slice(0, this.#column));
  }

  #heightOf(line: string): number {
    return Math.max(1, Math.ceil(line.length / this.columns));
  }
}
