import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { loadMnist } from "trazo";
import { parseArgs } from "./command.js";
import { describeMachine } from "./machine.js";

// What `trazo serve` stands: many clients at once for a while, each checking that every answer is its own.
// npx tsx bench/serve.ts MODEL [--connections 1000] [--seconds 30] [--warm-up 10] [--only json|upload]; needs a build.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: "string", default: "1000" },
    seconds: { type: "string", default: "30" },
    "warm-up": { type: "string", default: "10" },
    only: { type: "string" },
  },
});
const [model] = positionals;
if (model === undefined) throw new Error("Name a model for MNIST: a .keras, .h5 or .onnx file.");
const connections = Number(values.connections);

/** One picture as a request, and what the server says of it when nobody else asks. */
interface Call {
  readonly body: Uint8Array<ArrayBuffer> | string;
  readonly contentType: string;
  label: number | undefined;
}

interface Load {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly refused: number;
  readonly wrong: number;
  readonly answered: number;
}

const pictureCount = 100;
const { test } = await loadMnist();
const pictures = Array.from({ length: pictureCount }, (_, i) =>
  test.images.data.slice(i * 784, (i + 1) * 784),
);

const forms = {
  json: async (pixels: Uint8Array): Promise<Call> => {
    const rows = Array.from({ length: 28 }, (_, y) => Array.from(pixels.subarray(28 * y, 28 * (y + 1))));
    return { body: JSON.stringify({ images: [rows] }), contentType: "application/json", label: undefined };
  },
  upload: async (pixels: Uint8Array): Promise<Call> => {
    const png = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toBuffer();
    return { body: Uint8Array.from(png), contentType: "image/png", label: undefined };
  },
};

async function measure(name: string, form: (pixels: Uint8Array) => Promise<Call>): Promise<void> {
  const { child, url } = await startServer();
  try {
    const calls = await Promise.all(pictures.map(form));
    for (const call of calls) call.label = await askOnce(url, call);
    const atStart = await residentMegabytes(url);
    await load(url, calls, Number(values["warm-up"]));
    const afterWarmUp = await residentMegabytes(url);
    const samples: number[] = [];
    const sampling = setInterval(() => {
      residentMegabytes(url).then(
        (sample) => samples.push(sample),
        () => {},
      );
    }, 2000);
    const result = await load(url, calls, Number(values.seconds));
    clearInterval(sampling);
    const atEnd = await residentMegabytes(url);
    console.log(`\n${name}: ${connections} connections, ${values.seconds} s`);
    console.table([result]);
    console.log(`mean batch ${await meanBatch(url)}`);
    console.log(
      `resident MB: start ${atStart}, after warm-up ${afterWarmUp}, end ${atEnd}; on the way ${samples.join(" ")}`,
    );
    if (result.errors + result.timeouts + result.refused + result.wrong > 0) process.exitCode = 1;
  } finally {
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    console.log(`the server ended with ${code}`);
  }
}

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL("../packages/cli/dist/main.js", import.meta.url));
  const child = spawn(process.execPath, [program, "serve", model as string, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  return await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const url = /(http:\/\/\S+)\s/.exec(said)?.[1];
      if (url !== undefined) resolve({ child, url });
    });
    child.on("exit", (code) => reject(new Error(`The server ended with ${code}.`)));
  });
}

async function askOnce(url: string, { body, contentType }: Call): Promise<number> {
  const headers = { "content-type": contentType };
  const response = await fetch(`${url}/predict`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return labelIn(await response.text());
}

const labelIn = (text: string): number =>
  (JSON.parse(text) as { predictions: { label: number }[] }).predictions[0]?.label ?? -1;

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

const residentMegabytes = async (url: string): Promise<number> =>
  Math.round((await metric(url, "process_resident_memory_bytes")) / 1e6);

const meanBatch = async (url: string): Promise<string> =>
  ((await metric(url, "trazo_batch_size_sum")) / (await metric(url, "trazo_batch_size_count"))).toFixed(1);

interface AutocannonResult {
  readonly requests: { readonly average: number; readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly errors: number;
  readonly timeouts: number;
  readonly non2xx: number;
}

async function load(url: string, calls: readonly Call[], duration: number): Promise<Load> {
  let wrong = 0;
  // @ts-expect-error: the package carries no types.
  const { default: autocannon } = await import("autocannon");
  const result = (await autocannon({
    url,
    connections,
    duration,
    timeout: 30,
    requests: calls.map(({ body, contentType, label }) => ({
      method: "POST",
      path: "/predict",
      headers: { "content-type": contentType },
      body: typeof body === "string" ? body : Buffer.from(body),
      onResponse: (status: number, text: string) => {
        if (status === 200 && labelIn(text) !== label) wrong++;
      },
    })),
    // Otherwise all clients would go through the pictures in step.
    setupClient: shuffledStart(),
  })) as AutocannonResult;
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    worst: result.latency.max,
    errors: result.errors,
    timeouts: result.timeouts,
    refused: result.non2xx,
    wrong,
    answered: result.requests.total,
  };
}

interface AutocannonClient {
  readonly requestIterator: { currentRequestIndex: number; nextRequest(): unknown };
}

function shuffledStart(): (client: AutocannonClient) => void {
  let clients = 0;
  return ({ requestIterator }) => {
    for (let i = clients++ % pictureCount; i > 0; i--) requestIterator.nextRequest();
  };
}

console.log(describeMachine(["fastify", "onnxruntime-node", "autocannon"]));
for (const [name, form] of Object.entries(forms)) {
  if (values.only === undefined || values.only === name) await measure(name, form);
}
