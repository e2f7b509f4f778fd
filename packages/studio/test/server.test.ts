import { EventEmitter } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createConnection } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { writeTinyMnist } from "../../cli/test/tiny-mnist.js";
import type { Hello, StudioEvent } from "../src/protocol/messages.js";
import { EventSockets, type PageSocket } from "../src/server/event-sockets.js";
import { isOwn } from "../src/server/origins.js";
import type { Studio } from "../src/server/server.js";

describe("a request", () => {
  it.each([
    ["127.0.0.1:8123", undefined],
    ["localhost:8123", "http://localhost:8123"],
    ["LOCALHOST:8123", "http://127.0.0.1:8123"],
    ["[::1]:8123", undefined],
  ])("of the studio's own page is taken: %s, %s", (host, origin) => {
    expect(isOwn({ host, origin }, 8123)).toBe(true);
  });

  it.each([
    [undefined, undefined],
    ["", undefined],
    ["localhost", undefined],
    ["localhost:8124", undefined],
    ["evil.example:8123", undefined],
    ["localhost.evil.example:8123", undefined],
    ["localhost:8123", "http://evil.example"],
    ["localhost:8123", "http://localhost:3000"],
    ["localhost:8123", "https://localhost:8123"],
    ["localhost:8123", "http://localhost:8123.evil.example"],
    // Of a page in a frame without an origin, or of a file.
    ["localhost:8123", "null"],
    ["localhost:8123", ""],
  ])("of anybody else is refused: %s, %s", (host, origin) => {
    expect(isOwn({ host, origin }, 8123)).toBe(false);
  });
});

/** A connection to a page, of which it is known what was written and how much of that waits. */
class Connection extends EventEmitter implements PageSocket {
  readonly said: string[] = [];
  bufferedAmount = 0;
  isEnded = false;
  isCut = false;
  isAlive = true;
  send(text: string): void {
    this.said.push(text);
  }
  ping(): void {
    if (this.isCut) throw new Error("There is no connection any more.");
    if (this.isAlive) this.emit("pong");
  }
  close(): void {
    this.isEnded = true;
    // As a connection does: what ends it goes on first.
    setImmediate(() => this.emit("close"));
  }
  terminate(): void {
    this.isCut = true;
    this.emit("close");
  }
  heard(word: string): boolean {
    return this.said.some((text) => text.includes(word));
  }
}

describe("connections of pages", () => {
  const reading = (client: string): StudioEvent => ({
    type: "reading",
    client,
    reading: { run: 1, step: 1, seen: "", probabilities: [], layers: [] },
  });
  const playing: StudioEvent = { type: "playing", playing: true };

  function opened(...clients: string[]) {
    const sockets = new EventSockets();
    const gone: string[] = [];
    const add = (client: string): Connection => {
      const connection = new Connection();
      sockets.add(client, connection, () => gone.push(client));
      return connection;
    };
    return { sockets, gone, add, connections: clients.map(add) };
  }

  it("tell a reading to the page that asked for it, and everything else to all", () => {
    const { sockets, connections } = opened("a", "b");
    sockets.tell(reading("a"));
    sockets.tell(playing);
    expect(connections.map((one) => one.heard("reading"))).toEqual([true, false]);
    expect(connections.map((one) => one.heard("playing"))).toEqual([true, true]);
    sockets.close();
  });

  it("spare a slow page what is said anew, cut off one that does not read, and tell the others", () => {
    const { sockets, gone, connections } = opened("slow", "still", "quick");
    const [slow, still, quick] = connections as [Connection, Connection, Connection];
    slow.bufferedAmount = 100_000;
    still.bufferedAmount = 9_000_000;
    sockets.tell(reading("slow"));
    sockets.tell(playing);
    expect([slow.heard("reading"), slow.heard("playing")]).toEqual([false, true]);
    expect([still.isCut, still.heard("playing"), quick.heard("playing")]).toEqual([true, false, true]);
    expect([gone, sockets.count]).toEqual([["still"], 2]);
    sockets.close();
  });

  it("are ended where a page gives no sign of life", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { sockets, gone, connections } = opened("asleep", "awake");
    const [asleep] = connections as [Connection, Connection];
    asleep.isAlive = false;
    vi.advanceTimersByTime(60_000);
    expect([asleep.isCut, gone, sockets.count]).toEqual([true, ["asleep"], 1]);
    sockets.close();
  });

  it("know a page that comes back from one that goes", async () => {
    const { sockets, gone, add, connections } = opened("a");
    const again = add("a");
    await new Promise(setImmediate);
    expect([connections[0]?.isEnded, gone, sockets.count]).toEqual([true, [], 1]);
    sockets.tell(playing);
    expect(again.heard("playing")).toBe(true);
    again.emit("close");
    expect([gone, sockets.count]).toEqual([["a"], 0]);
    sockets.close();
  });
});

describe("the server", () => {
  const folder = mkdtempSync(join(tmpdir(), "trazo-server-"));
  const failures: unknown[] = [];
  let studio: Studio;
  let port: number;

  async function opened(): Promise<Studio> {
    // The lab's thread is a file of the build; the rest is, too, so that both are of one version.
    const built = new URL("../dist/index.js", import.meta.url).href;
    const { openStudio } = (await import(built)) as typeof import("../src/index.js");
    return await openStudio({
      dataDir: folder,
      runsDir: join(folder, "runs"),
      threads: 1,
      onFailure: (error) => failures.push(error),
    });
  }

  beforeAll(async () => {
    await writeTinyMnist(folder, 640, 400);
    studio = await opened();
    port = await studio.listen(0);
  });

  afterAll(async () => {
    await studio?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const isReached = (host: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = createConnection({ host, port, timeout: 2000 });
      const end = (reached: boolean) => () => {
        socket.destroy();
        resolve(reached);
      };
      socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false));
    });

  it("listens for this machine alone", async () => {
    expect(await isReached("127.0.0.1")).toBe(true);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal }) => !internal)
      .map(({ address }) => address);
    // All of 127.0.0.0/8 is this machine, so that this one answers whatever listens on all addresses.
    for (const host of ["127.0.0.2", ...others]) expect(await isReached(host), host).toBe(false);
  });

  /** Asks, and gets the status and the answer; or goes away as soon as the question is sent. */
  const ask = (
    question: object,
    { headers = {}, leaves = false, of = port } = {},
  ): Promise<readonly [status?: number | undefined, answer?: unknown]> =>
    new Promise((resolve, reject) => {
      const asking = request(
        {
          port: of,
          host: "127.0.0.1",
          path: "/api/ask",
          method: "POST",
          agent: false,
          headers: { "content-type": "application/json", ...headers },
        },
        (response) => {
          let body = "";
          response.on("data", (text) => {
            body += text;
          });
          response.on("end", () => resolve([response.statusCode, JSON.parse(body)]));
          response.on("error", reject);
        },
      );
      asking.on("error", (error) => (leaves ? resolve([]) : reject(error)));
      asking.end(JSON.stringify(question), () => leaves && setTimeout(() => asking.destroy(), 5));
    });

  it("answers questions of its own name and origin only", async () => {
    const hello = { command: "hello" };
    expect((await ask(hello))[0]).toBe(200);
    for (const headers of [{ host: "evil.example" }, { origin: "http://evil.example" }, { origin: "null" }]) {
      expect((await ask(hello, { headers }))[0], JSON.stringify(headers)).toBe(403);
    }
  });

  const listening = (address: string, headers: Record<string, string> = {}): Promise<number | "open"> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${address}`, { headers });
      onTestFinished(() => socket.terminate());
      socket.on("unexpected-response", (_, { statusCode = 0 }) => resolve(statusCode));
      socket.on("error", () => undefined);
      socket.on("open", () => resolve("open"));
    });

  it("lets pages of its own name and origin listen, and no others", async () => {
    const own = { origin: `http://localhost:${port}` };
    expect(await listening("/api/events?client=a-1", own)).toBe("open");
    for (const origin of ["http://evil.example", "null", `http://localhost:${port + 1}`]) {
      expect(await listening("/api/events?client=a-2", { origin }), origin).toBe(403);
    }
    expect(await listening("/api/events?client=a-2", { host: "evil.example" })).toBe(403);
    for (const address of ["/api/events", "/api/events?client=%00", "/api/ask?client=a", "/"]) {
      expect(await listening(address, own), address).toBe(404);
    }
  });

  it("refuses with data, which each page says in its language", async () => {
    const save = { command: "save", run: 9, format: "keras" };
    expect(await ask(save)).toEqual([400, { refusal: { kind: "noRun", run: 9 } }]);
    expect((await ask({ command: "save", run: 0, format: "keras" }))[1]).toEqual({
      error: expect.stringContaining('"run" must be a number from 1'),
    });
  });

  it("answers twenty pages while it trains, also when others leave in the middle of a question", async () => {
    const settings = { l2: 0, l1: 0, dropout: 0, batchNorm: false, augmentation: null, seed: 1 };
    await ask({ command: "start", settings: { ...settings, epochs: 50 } });
    const digits = { command: "digits", indices: [0, 1, 2] };
    const watch = (client: string) => ({ command: "watch", client, subject: { kind: "digit", index: 0 } });
    const leaving = Array.from({ length: 20 }, (_, i) => ask(watch(`gone-${i}`), { leaves: true }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ask(i % 2 === 0 ? digits : watch(`page-${i}`))),
    );
    await Promise.all(leaving);
    expect(answers.map(([status]) => status)).toEqual(new Array(20).fill(200));
    expect(
      new Set(answers.filter((_, i) => i % 2 === 0).map(([, answer]) => JSON.stringify(answer))).size,
    ).toBe(1);
    expect((await ask({ command: "stop" }))[0]).toBe(200);
    expect(failures).toEqual([]);
  });

  it("lets pages watch that listen, and no others", async () => {
    const heard: string[] = [];
    const listen = async (client: string): Promise<void> => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/events?client=${client}`);
      onTestFinished(() => socket.terminate());
      socket.on("message", (text) => String(text).includes('"type":"reading"') && heard.push(client));
      await new Promise((resolve) => socket.on("open", resolve));
    };
    const watch = (client: string) => ask({ command: "watch", client, subject: { kind: "digit", index: 0 } });
    await watch("late");
    await listen("early");
    await watch("early");
    await listen("late");
    const settings = { l2: 0, l1: 0, dropout: 0, batchNorm: false, augmentation: null, seed: 2 };
    await ask({ command: "start", settings: { ...settings, epochs: 50 } });
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(2), { timeout: 60_000, interval: 50 });
    await ask({ command: "stop" });
    expect(heard).not.toContain("late");
  });

  it("keeps its runs apart from those of another studio on the same folder", async () => {
    const other = await opened();
    onTestFinished(() => other.stop());
    const ports = [port, await other.listen(0)];
    const settings = { l2: 0, l1: 0, dropout: 0, batchNorm: false, augmentation: null, seed: 21, epochs: 1 };
    await Promise.all(ports.map((of) => ask({ command: "start", settings }, { of })));
    const last = async (of: number): Promise<unknown> => {
      const [, reply] = await ask({ command: "hello" }, { of });
      return (reply as { answer: Hello }).answer.runs.at(-1);
    };
    for (const of of ports) {
      await vi.waitFor(
        async () => expect(await last(of)).toMatchObject({ status: "done", epochs: [{ epoch: 1 }] }),
        { timeout: 60_000, interval: 100 },
      );
    }
    const kept = readdirSync(join(folder, "runs")).filter((name) => name.includes("seed21"));
    expect(kept.sort()).toEqual(["base-seed21", "base-seed21-2"]);
  });
});
