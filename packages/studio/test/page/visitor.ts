import type { TestPage } from "../../../../test/browsers/driver.js";

type Line = readonly (readonly [x: number, y: number])[];

interface NamedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Pages of browsers that can be told what to do only by programs of the page: what somebody does, and what is then to be seen. */
export class Visitor {
  readonly #page: TestPage;

  constructor(page: TestPage) {
    this.#page = page;
  }

  /** Opens a page, and notes what goes wrong in it from then on. */
  async open(address: string): Promise<void> {
    await this.#page.goto(address);
    await this.#page.evaluate(`(() => {
      window.problems = [];
      addEventListener("error", (event) => problems.push(event.message));
      addEventListener("unhandledrejection", (event) => problems.push(String(event.reason?.stack ?? event.reason)));
      const { error } = console;
      console.error = (...values) => { problems.push(values.join(" ")); error.apply(console, values); };
      // What a program makes up is no pointer of the system, which alone can be captured.
      HTMLCanvasElement.prototype.setPointerCapture = () => undefined;
    })()`);
  }

  problems(): Promise<string[]> {
    return this.#page.evaluate("window.problems");
  }

  /** The text of everything that a selector finds, joined. */
  text(selector: string): Promise<string> {
    return this.#page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent).join(" ")`,
    );
  }

  count(selector: string): Promise<number> {
    return this.#page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.#page.evaluate(expression);
  }

  /** Clicks the first of some elements, or the first with a text. */
  async click(selector: string, text = ""): Promise<void> {
    const isThere = await this.#page.evaluate(`(() => {
      const found = [...document.querySelectorAll(${JSON.stringify(selector)})]
        .find((one) => one.textContent.includes(${JSON.stringify(text)}) && !one.disabled);
      found?.click();
      return found !== undefined;
    })()`);
    if (!isThere) throw new Error(`There is no ${selector} with the text "${text}" to click.`);
  }

  /** Sets the value of a field, as if it were typed or chosen. */
  async fill(selector: string, value: string): Promise<void> {
    await this.#page.evaluate(`(() => {
      const field = document.querySelector(${JSON.stringify(selector)});
      field.value = ${JSON.stringify(value)};
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    })()`);
  }

  /** Chooses files. */
  async choose(selector: string, files: readonly NamedFile[]): Promise<void> {
    const given = files.map(({ name, mimeType, buffer }) => [name, mimeType, buffer.toString("base64")]);
    await this.#page.evaluate(`(() => {
      const field = document.querySelector(${JSON.stringify(selector)});
      const transfer = new DataTransfer();
      for (const [name, type, bytes] of ${JSON.stringify(given)}) {
        transfer.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name, { type }));
      }
      field.files = transfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
  }

  /** Draws lines through points given as shares of the drawing area. */
  async draw(...lines: readonly Line[]): Promise<void> {
    await this.#page.evaluate(`(async () => {
      const canvas = document.querySelector(".paper canvas");
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const tell = (type, [x, y]) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, button: type === "pointermove" ? -1 : 0, buttons: 1,
        clientX: left + x * width, clientY: top + y * height,
      }));
      for (const line of ${JSON.stringify(lines)}) {
        let [from] = line;
        tell("pointerdown", from);
        for (const to of line) {
          for (const t of [0.25, 0.5, 0.75, 1]) {
            tell("pointermove", [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
          }
          from = to;
        }
        tell("pointerup", from);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })()`);
  }
}
