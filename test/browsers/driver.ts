/** What tests do with a page in any browser: Playwright's pages do all of it, and much more. */
export interface TestPage {
  goto(address: string): Promise<unknown>;
  /** The value of an expression, or of the promise that it gives. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true. */
  waitForFunction(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Pages that share what the browser keeps. */
export interface TestContext {
  newPage(): Promise<TestPage>;
  close(): Promise<void>;
}

/** A browser that runs. */
export interface TestBrowser {
  version(): string;
  newPage(): Promise<TestPage>;
  newContext(): Promise<TestContext>;
  close(): Promise<void>;
}

/** A kind of browser. */
export interface BrowserKind {
  readonly name: "Chromium" | "Firefox" | "WebKit";
  /** Why pages have no file system of their own; undefined where they have one. */
  readonly withoutFiles: string | undefined;
  /** Arguments with which pages have a GPU, computed in software; undefined for a browser that has none. */
  readonly gpu: readonly string[] | undefined;
  /** Why tests cannot use it here, and what to do; undefined where they can. */
  readonly missing: string | undefined;
  launch(args?: readonly string[]): Promise<TestBrowser>;
}
