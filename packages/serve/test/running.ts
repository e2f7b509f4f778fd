import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import type { ImageClassifier } from "../../trazo/src/classifier/classifier.js";
import { metricsAge } from "../src/metrics.js";
import type { ServeOptions } from "../src/options.js";
import { type ClassifierServer, createServer } from "../src/server.js";

export interface Running {
  readonly url: (path: string) => string;
  readonly port: () => number;
  /** Errors that the server reported as its own. */
  readonly failures: unknown[];
  /** Posts JSON to `/predict`. */
  readonly predict: (body: unknown, query?: string) => Promise<Response>;
  /** Sends bytes over a connection of its own; answers with everything that came back until it was closed. */
  readonly raw: (text: string, more?: (socket: Socket) => void) => Promise<string>;
  /** What `/metrics` says of everything before this call. */
  readonly metrics: () => Promise<string>;
  readonly metric: (name: string) => Promise<number>;
}

/** A server on a free port of this machine for the tests of a `describe`. */
export function runServer(classifier: ImageClassifier, options: ServeOptions = {}): Running {
  const failures: unknown[] = [];
  let server: ClassifierServer;
  let chosen = 0;
  beforeAll(async () => {
    server = await createServer(classifier, options, (error) => failures.push(error));
    chosen = await server.listen("127.0.0.1", 0);
  });
  afterAll(() => server.stop(0));
  const url = (path: string): string => `http://127.0.0.1:${chosen}${path}`;
  const metrics = async (): Promise<string> => {
    await sleep(metricsAge * 1000);
    return await (await fetch(url("/metrics"))).text();
  };
  return {
    url,
    metrics,
    port: () => chosen,
    failures,
    predict: (body, query = "") =>
      fetch(url(`/predict${query}`), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    raw: (text, more) => exchange(chosen, text, more),
    async metric(name) {
      const text = await metrics();
      const line = text.split("\n").find((one) => one.startsWith(`${name} `));
      return line === undefined ? 0 : Number(line.split(" ").at(-1));
    },
  };
}

export function exchange(port: number, text: string, more?: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(text);
      more?.(socket);
    });
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

/** The status and the error of an answer, checked to be in the documented shape. */
export async function errorOf(response: Response): Promise<[status: number, code: string, message: string]> {
  const type = response.headers.get("content-type");
  const body = (await response.json()) as { error: { code: string; message: string } };
  if (!type?.startsWith("application/json")) throw new Error(`an error of type ${type}`);
  if (Object.keys(body).join() !== "error" || Object.keys(body.error).join() !== "code,message") {
    throw new Error(`an error of another shape: ${JSON.stringify(body)}`);
  }
  if (/\n\s+at /.test(body.error.message)) throw new Error(`a stack trace: ${body.error.message}`);
  return [response.status, body.error.code, body.error.message];
}
