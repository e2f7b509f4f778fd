type Capabilities = Readonly<Record<string, unknown>>;

/** A session of W3C WebDriver, over HTTP. */
export interface WebDriver {
  readonly capabilities: Capabilities;
  /** Sends a command, by its path below the session, and gives what the driver answers. */
  command<T>(method: "DELETE" | "GET" | "POST", path: string, body?: object): Promise<T>;
  /** The value of an expression in the current window, or of the promise that it gives. */
  evaluate<T>(expression: string): Promise<T>;
  /** Runs commands that belong together, after those that were asked for before. */
  take<T>(run: () => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/**
 * What `evaluate` runs in the page: WebDriver itself tells of errors only by their text. The expression is part of it, as the policy of a
 * page may forbid `eval`.
 */
const evaluation = (expression: string): string => `
  const [done] = arguments;
  Promise.resolve().then(() => (${expression})).then(
    (value) => done({ value: JSON.stringify(value) }),
    (error) => done({ error: error + "\\n" + (error?.stack ?? "") }),
  );
`;

/**
 * @param driver its address; it may still be starting
 * @param wanted capabilities
 */
export async function openSession(driver: string, wanted: Capabilities): Promise<WebDriver> {
  await started(driver);
  const { sessionId, capabilities } = await send<{ sessionId: string; capabilities: Capabilities }>(
    "POST",
    `${driver}/session`,
    { capabilities: { alwaysMatch: wanted } },
  );
  const address = `${driver}/session/${sessionId}`;
  let turn: Promise<unknown> = Promise.resolve();
  const session: WebDriver = {
    capabilities,
    command: (method, path, body) => send(method, `${address}/${path}`, body),
    async evaluate<T>(expression: string) {
      const body = { script: evaluation(expression), args: [] };
      const { value, error } = await session.command<{ value?: string; error?: string }>(
        "POST",
        "execute/async",
        body,
      );
      if (error !== undefined) throw new Error(error);
      return (value === undefined ? undefined : JSON.parse(value)) as T;
    },
    take<T>(run: () => Promise<T>) {
      const result = turn.then(run);
      turn = result.catch(() => {});
      return result;
    },
    end: () => send("DELETE", address),
  };
  await session.command("POST", "timeouts", { script: 300_000 });
  return session;
}

async function send<T>(method: string, address: string, body?: object): Promise<T> {
  const response = await fetch(address, {
    method,
    ...(method === "POST" && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    }),
  });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (response.ok) return value;
  throw new Error(`${method} ${address}: ${value.error}: ${value.message}`);
}

async function started(driver: string): Promise<void> {
  const end = performance.now() + 20_000;
  for (;;) {
    try {
      await send("GET", `${driver}/status`);
      return;
    } catch (error) {
      if (performance.now() > end)
        throw new Error(`The driver at ${driver} does not answer.`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
