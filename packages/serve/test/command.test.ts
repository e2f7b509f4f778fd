import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { divide, layers, loadMnist, sequential, sliceRows } from "trazo";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createProgram } from "../../cli/src/program.js";
import { textIn } from "../../cli/src/text/index.js";
import { trazo } from "../../cli/test/command.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { exchange } from "./running.js";

const program = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));
const { path } = temporaryFolder();
const model = sequential(
  [
    layers.input({ shape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed: 1 },
);

beforeAll(async () => {
  model.preparation = { divisor: 255, fit: "digit" };
  await model.save(path("model.keras"));
  writeFileSync(path("damaged.h5"), "no model");
});

interface Served {
  readonly port: number;
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
}

/** `trazo serve` in a process of its own, when it listens. */
function serve(...args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [program, "serve", path("model.keras"), "--port", "0", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stderr }));
  });
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (data) => {
      stdout += data;
      const port = /^Listening on http:\/\/\S+:(\d+)$/m.exec(stdout)?.[1];
      if (port !== undefined) resolve({ port: Number(port), child, ended });
    });
    void ended.then(({ stderr }) => reject(new Error(stderr)));
  });
}

const body = JSON.stringify({ images: [Array.from({ length: 28 }, () => new Array(28).fill(9))] });
const request =
  `POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${body.length}\r\n\r\n${body}`;

describe("trazo serve", () => {
  it("answers what the model itself predicts, and ends with 0 on Ctrl-C", async () => {
    const { port, child, ended } = await serve("--threads", "1");
    const { test } = await loadMnist();
    const images = sliceRows(test.images, 0, 20);
    const expected = await model.predict(divide(images, 255));
    const digits = Array.from({ length: 20 }, (_, i) => images.data.slice(i * 784, (i + 1) * 784));
    const answers = await Promise.all(
      digits.map(async (digit) => {
        const png = await sharp(digit, { raw: { width: 28, height: 28, channels: 1 } })
          .png()
          .toBuffer();
        const response = await fetch(`http://127.0.0.1:${port}/predict`, {
          method: "POST",
          headers: { "content-type": "image/png" },
          body: png,
        });
        return ((await response.json()) as { predictions: [{ probabilities: number[] }] }).predictions[0];
      }),
    );
    for (const [i, { probabilities }] of answers.entries()) {
      for (const [k, probability] of probabilities.entries()) {
        expect(probability).toBeCloseTo(expected.data[10 * i + k] as number, 5);
      }
    }
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 0, stderr: "" });
  });

  it("on SIGTERM accepts nothing new, answers requests under way, and ends with 0", async () => {
    const { port, child, ended } = await serve("--threads", "1");
    const middle = request.length - 100;
    let half: Socket | undefined;
    const answer = exchange(port, request.slice(0, middle), (socket) => {
      half = socket;
    });
    // An answer on another connection: by then the server has read the first half as well.
    await fetch(`http://127.0.0.1:${port}/health`);
    child.kill("SIGTERM");
    while (await accepts(port)) await new Promise((resolve) => setTimeout(resolve, 20));
    half?.write(request.slice(middle));
    expect(await answer).toMatch(
      /^HTTP\/1.1 200 OK[\s\S]*connection: close[\s\S]*"predictions":\[\{"label":\d/i,
    );
    expect(await ended).toEqual({ code: 0, stderr: "" });
  });

  it("does not wait for ever for requests that do not end", async () => {
    const { port, child, ended } = await serve("--threads", "1", "--timeout", "1");
    const answer = exchange(port, request.slice(0, 200));
    await fetch(`http://127.0.0.1:${port}/health`);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
    await answer.catch(() => {});
  });

  it("answers under names that are allowed, and is known by its model's file", async () => {
    const { port } = await serve("--threads", "1", "--allow-host", "digits.example.com, .example.org");
    const ask = (host: string): Promise<string> =>
      exchange(port, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    for (const host of ["digits.example.com", "a.example.org", `localhost:${port}`]) {
      expect(await ask(host)).toMatch(/^HTTP\/1.1 200 [\s\S]*"model":"model.keras"/);
    }
    expect(await ask("evil.example")).toMatch(/^HTTP\/1.1 403 [\s\S]*unknown_host/);
  });

  it("warns when others can reach it, and takes its limits from the options", async () => {
    const { port, child, ended } = await serve("--host", "0.0.0.0", "--max-body", "1kb");
    const answer = await exchange(
      port,
      request.replace("Host: localhost", "Host: localhost\r\nConnection: close"),
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*1024 bytes/);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("reachable from other machines"),
    });
  });

  it("ends with 1 and a message when it cannot start", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.on("listening", resolve));
    const { port } = taken.address() as { port: number };
    const failing: [args: string[], message: RegExp][] = [
      [[path("model.keras"), "--port", String(port)], new RegExp(`port ${port}: the port is already in use`)],
      [[path("model.keras"), "--host", "host.invalid"], /host host\.invalid has no address/],
      [[path("model.keras"), "--host", "192.0.2.1"], /does not have that address/],
      [[path("missing.h5")], /missing\.h5/],
      [[path("damaged.h5")], /damaged\.h5/],
    ];
    const runs = failing.map(async ([args, message]) => ({ ...(await trazo(["serve", ...args])), message }));
    for (const { code, stderr, message } of await Promise.all(runs)) {
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/^trazo: .*\n$/);
      expect(code).toBe(1);
    }
  });

  it("ends with 2 for options that make no sense", async () => {
    const { code, stderr } = await trazo(["serve", path("model.keras"), "--port", "65536"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--port");
    for (const args of [
      ["--port", "x"],
      ["--max-body", "much"],
      ["--max-body", "0"],
      ["--timeout", "0"],
      ["--max-batch", "0"],
      ["--threads", "0"],
      ["--allow-host", "http://a.example:80"],
      ["--allow-host", "a.example,"],
      ["--color", "red"],
    ]) {
      const program = await createProgram(["serve"], { text: await textIn("en"), language: "en" });
      for (const command of program.commands) command.configureOutput({ writeErr: () => {} });
      const parsed = program.parseAsync(["serve", path("model.keras"), ...args], { from: "user" });
      await expect(parsed).rejects.toThrow(args[0] as string);
    }
  });
});

async function accepts(port: number): Promise<boolean> {
  return await exchange(port, "", (socket) => socket.destroy()).then(
    () => true,
    () => false,
  );
}
