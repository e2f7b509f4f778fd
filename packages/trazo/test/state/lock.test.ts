import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { lockFolder } from "../../src/node/state/lock.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const program = fileURLToPath(new URL("lock-process.mjs", import.meta.url));

interface Answer {
  readonly pid?: number;
  readonly done?: string;
  readonly refused?: string;
  readonly waiting?: string;
}

/** A process that takes folders. */
class Taker {
  /** Includes answers to nothing: what it prints while it waits. */
  readonly waits: string[] = [];
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[
      Symbol.asyncIterator
    ]();
  }

  async answer(): Promise<Answer> {
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done) throw new Error("The process has ended.");
      const answer = JSON.parse(value) as Answer;
      if (answer.waiting === undefined) return answer;
      this.waits.push(answer.waiting);
    }
  }

  ask(order: string): Promise<Answer> {
    this.#child.stdin?.write(`${order}\n`);
    return this.answer();
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }
}

const takers: Taker[] = [];
afterAll(async () => {
  for (const taker of takers.splice(0)) await taker.kill();
});

async function started(command: string, args: readonly string[]): Promise<Taker> {
  const taker = new Taker(command, args);
  takers.push(taker);
  await taker.answer();
  return taker;
}

const here = (): Promise<Taker> => started(process.execPath, [program]);

/** As a container has it: process numbers of its own, and the host name that it is given. */
const namespaces = ["--user", "--map-root-user", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"];
const container = (host: string): Promise<Taker> =>
  started("unshare", [
    ...namespaces,
    "sh",
    "-c",
    `hostname ${host} && exec "$@"`,
    "sh",
    process.execPath,
    program,
  ]);
const canUnshare = spawnSync("unshare", [...namespaces, "hostname", "test"]).status === 0;
if (!canUnshare)
  console.warn("Skipped: tests of locks between containers. This system does not permit unshare.");

const deadPid = 2 ** 22 + 1;
const deadLock = (token: string): string =>
  JSON.stringify({ pid: deadPid, host: hostname(), began: "1", token });

function folderWith(name: string, files: Readonly<Record<string, string>>): string {
  const folder = path(name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

describe("a folder whose owner is dead", () => {
  it("is taken by exactly one of many processes, every time, and nothing is left behind", async () => {
    const count = 8;
    const all = await Promise.all(Array.from({ length: count }, here));
    for (let round = 0; round < 60; round++) {
      const left = {
        ".lock": deadLock("first"),
        // A process that was killed while it took over, and one while it began to.
        ...(round % 3 === 1 ? { ".lock.after-first": deadLock("second") } : {}),
        ...(round % 3 === 2 ? { ".lock.third": deadLock("third") } : {}),
      };
      const folder = folderWith(`race-${round}`, left);
      const answers = await Promise.all(all.map((taker) => taker.ask(`take ${folder}`)));
      const holders = all.filter((_, i) => answers[i]?.done === "held");
      expect(holders, `round ${round}: ${JSON.stringify(answers)}`).toHaveLength(1);
      for (const { refused } of answers)
        expect(refused ?? "in use by process").toContain("in use by process");
      expect(await holders[0]?.ask("check")).toEqual({ done: "still held" });
      expect(readdirSync(folder)).toEqual([".lock"]);
      await holders[0]?.ask("release");
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it("is free again as soon as its process was killed", async () => {
    const folder = path("killed");
    const first = await here();
    expect(await first.ask(`take ${folder}`)).toEqual({ done: "held" });
    const second = await here();
    expect((await second.ask(`take ${folder}`)).refused).toMatch(/in use by process \d+\. Wait for it/);
    await first.kill();
    expect(await second.ask(`take ${folder}`)).toEqual({ done: "held" });
    expect(second.waits).toEqual([]);
  });

  it("is free when a crash has cut its lock off", async () => {
    const folder = folderWith("cut off", { ".lock": '{"pid":' });
    const lock = await lockFolder(folder);
    await lock.requireHeld();
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.skipIf(!canUnshare).concurrent("a folder on a volume that containers share", () => {
  it("is free for a new container, under another host name, once the first one was killed", async () => {
    const folder = path("restarted");
    const first = await container("1f2e3d4c5b6a");
    expect(await first.ask(`take ${folder}`)).toEqual({ done: "held" });
    await first.kill();
    const second = await container("a1b2c3d4e5f6");
    expect(await second.ask(`take ${folder}`)).toEqual({ done: "held" });
    expect(second.waits.join("")).toMatch(
      /used by process \d+ on 1f2e3d4c5b6a.*see whether it is still running/,
    );
    expect(readdirSync(folder)).toEqual([".lock"]);
  });

  it("is not taken from a living process, though the containers have the same host name", async () => {
    const folder = path("twins");
    const first = await container("trainer");
    expect(await first.ask(`take ${folder}`)).toEqual({ done: "held" });
    const second = await container("trainer");
    expect((await second.ask(`take ${folder}`)).refused).toMatch(/in use by process \d+/);
    // Nor by a process outside, where the number means something else.
    expect((await (await here()).ask(`take ${folder}`)).refused).toMatch(/in use by process \d+ on trainer/);
    expect(await first.ask("check")).toEqual({ done: "still held" });
  });

  it("that was taken over while its process was suspended is not written to when that one wakes up", async () => {
    const folder = path("suspended");
    const first = await container("asleep");
    expect(await first.ask(`take ${folder}`)).toEqual({ done: "held" });
    // Its number here, not the one that it has inside.
    const { token } = JSON.parse(readFileSync(join(folder, ".lock"), "utf8"));
    const pid = insidePid(folder);
    process.kill(pid, "SIGSTOP");
    const second = await container("awake");
    expect(await second.ask(`take ${folder}`)).toEqual({ done: "held" });
    process.kill(pid, "SIGCONT");
    expect((await first.ask("check")).refused).toMatch(/was removed, or taken by another process/);
    expect(await first.ask("release")).toEqual({ done: "released" });
    expect(await second.ask("check")).toEqual({ done: "still held" });
    expect(readFileSync(join(folder, ".lock"), "utf8")).not.toContain(token);
  });
});

/** The number, in this process's table, of the one that has a folder open. */
function insidePid(folder: string): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (open.includes(realpathSync(folder))) return Number(pid);
    } catch {
      // Gone, or another user's.
    }
  }
  throw new Error(`Nobody has ${folder} open.`);
}
