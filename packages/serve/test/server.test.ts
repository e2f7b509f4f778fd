import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../src/request-error.js";
import { fakeClassifier, image } from "./fake-classifier.js";
import { errorOf, runServer } from "./running.js";

const head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

describe("addresses", () => {
  const server = runServer(fakeClassifier());

  it("GET /health says what the model knows", async () => {
    const health = (await (await fetch(server.url("/health"))).json()) as Record<string, unknown>;
    expect(health).toMatchObject({ status: "ok", model: "fake", imageShape: [2, 3, 1] });
    expect((health.classes as string[])[255]).toBe("c255");
  });

  it("GET / is a page that loads nothing from elsewhere", async () => {
    const response = await fetch(server.url("/"));
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await response.text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it("GET /openapi.json names every address, its errors, and resolves", async () => {
    const text = await (await fetch(server.url("/openapi.json"))).text();
    const api = JSON.parse(text);
    expect(api.openapi).toMatch(/^3\./);
    expect(Object.keys(api.paths).sort()).toEqual(["/", "/health", "/metrics", "/openapi.json", "/predict"]);
    const { parameters, requestBody, responses } = api.paths["/predict"].post;
    expect(parameters[1]).toMatchObject({ name: "input", in: "query", schema: { type: "boolean" } });
    expect(parameters[0]).toMatchObject({ name: "top", in: "query", schema: { minimum: 1, maximum: 256 } });
    expect(Object.keys(requestBody.content).sort()).toEqual([
      "application/json",
      "image/avif",
      "image/gif",
      "image/jpeg",
      "image/png",
      "image/webp",
      "multipart/form-data",
    ]);
    expect(Object.keys(responses)).toEqual(["200", "400", "403", "408", "413", "415", "431", "500", "503"]);
    for (const [status, { content }] of Object.entries<{ content: object }>(responses)) {
      const schema = status === "200" ? "object" : "#/components/schemas/Error";
      expect(JSON.stringify(content)).toContain(schema);
    }
    expect(responses["503"].headers).toHaveProperty("Retry-After");
    expect(api.components.schemas.Error.properties.error.properties.code.enum).toEqual(
      Object.keys(errorCodes),
    );
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)) {
      expect(api.components.schemas).toHaveProperty(name as string);
    }
    expect(text.match(/"\$ref":"(?!#\/components\/schemas\/)/)).toBeNull();
  });

  it("others are not found, and other methods not allowed", async () => {
    expect((await errorOf(await fetch(server.url("/nothing?x=1")))).slice(0, 2)).toEqual([404, "not_found"]);
    const posted = await fetch(server.url("/nothing"), { method: "POST", body: "x" });
    expect((await errorOf(posted)).slice(0, 2)).toEqual([404, "not_found"]);
    for (const [path, method, allow] of [
      ["/predict", "GET", "POST"],
      ["/predict", "PUT", "POST"],
      ["/health", "POST", "GET, HEAD"],
      ["/", "DELETE", "GET, HEAD"],
      ["/metrics", "OPTIONS", "GET, HEAD"],
    ] as const) {
      const response = await fetch(server.url(path), { method });
      expect(response.headers.get("allow")).toBe(allow);
      expect((await errorOf(response)).slice(0, 2)).toEqual([405, "method_not_allowed"]);
    }
  });

  it("a missing Host and an unsupported expectation are answered with the reason", async () => {
    const close = "Connection: close\r\n\r\n";
    expect(await server.raw(`GET /health HTTP/1.1\r\n${close}`)).toMatch(
      /^HTTP\/1.1 400 [\s\S]*"code":"malformed_request","message":"The header Host is missing/,
    );
    expect(
      await server.raw(`GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\n${close}`),
    ).toMatch(/^HTTP\/1.1 417 [\s\S]*"code":"expectation_failed","message":"The expectation wonders/);
    expect(await server.raw("GET /health HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200 /);
  });

  it("what is not HTTP is answered all the same", async () => {
    expect(await server.raw("nonsense\r\n\r\n")).toMatch(/^HTTP\/1.1 400 [\s\S]*"code":"malformed_request"/);
    const long = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(20_000)}\r\n\r\n`;
    expect(await server.raw(long)).toMatch(/^HTTP\/1.1 431 [\s\S]*"code":"headers_too_large"/);
    expect((await errorOf(await fetch(server.url("/%zz")))).slice(0, 2)).toEqual([400, "malformed_request"]);
  });
});

describe("batches", () => {
  const server = runServer(fakeClassifier({ delay: 30 }), { maxBatch: 16 });

  it("gives each of 200 requests at once its own answer, and few inferences make them", async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const response = await server.predict({ images: [image(i), image(255 - i)] });
        const { predictions } = (await response.json()) as { predictions: { label: number }[] };
        return predictions.map(({ label }) => label);
      }),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => [i, 255 - i]));
    expect(await server.metric("trazo_batch_size_sum")).toBe(400);
    const batches = await server.metric("trazo_batch_size_count");
    expect(batches).toBeGreaterThanOrEqual(400 / 16);
    expect(batches).toBeLessThan(100);
    expect(await server.metric('trazo_batch_size_bucket{le="16"}')).toBe(batches);
  });

  it("counts requests by address and status, and reports latency and the process", async () => {
    await fetch(server.url("/nothing"));
    const counted = (route: string, method: string, status: number): Promise<number> =>
      server.metric(`trazo_http_requests_total{method="${method}",route="${route}",status="${status}"}`);
    expect(await counted("/predict", "POST", 200)).toBe(200);
    expect(await counted("unknown", "GET", 404)).toBe(1);
    expect(await server.metric('trazo_http_request_duration_seconds_count{route="/predict"}')).toBe(200);
    expect(await server.metric("process_resident_memory_bytes")).toBeGreaterThan(1e6);
    expect(await server.metric("trazo_queue_length")).toBe(0);
  });
});

describe("more than may wait", () => {
  const server = runServer(fakeClassifier({ delay: 300 }), { maxBatch: 1, maxWaiting: 2 });

  it("is told to try again later; what was taken is answered", async () => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => server.predict({ images: [image(i)] })),
    );
    const statuses = responses.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    const busy = responses.find(({ status }) => status === 503) as Response;
    expect(Number(busy.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await errorOf(busy)).slice(0, 2)).toEqual([503, "overloaded"]);
    const first = statuses.indexOf(200);
    const { predictions } = (await (responses[first] as Response).json()) as {
      predictions: { label: number }[];
    };
    expect(predictions[0]?.label).toBe(first);
  });
});

describe("a model that fails", () => {
  let broken = true;
  const server = runServer(fakeClassifier({ fail: () => broken }));

  it("is an error without details, reported to the server's owner, and the next request works", async () => {
    const error = await errorOf(await server.predict({ images: [image(1)] }));
    expect(error.slice(0, 2)).toEqual([500, "internal_error"]);
    expect(error[2]).not.toContain("secret");
    expect(String(server.failures[0])).toContain("secret");
    broken = false;
    expect((await server.predict({ images: [image(1)] })).status).toBe(200);
  });
});

describe("requests that do not arrive in time", () => {
  const server = runServer(fakeClassifier(), { timeout: 0.4 });
  const late = /^HTTP\/1.1 408 [\s\S]*"code":"request_timeout","message":"[^"]*0.4 s/;

  it("with slow bodies, headers, or nothing at all", async () => {
    const answers = await Promise.all([
      server.raw(`${head}Content-Length: 100\r\n\r\n{"images"`),
      server.raw(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"ima\r\n`),
      server.raw("POST /predict HTTP/1.1\r\nHost:"),
      server.raw(""),
      server.raw(
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999\r\n\r\n" +
          '--x\r\ncontent-disposition: form-data; name="a"; filename="a.png"\r\n\r\nabc',
      ),
    ]);
    for (const answer of answers) {
      expect(answer).toMatch(late);
      expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1);
    }
  });

  it("even when it drips", async () => {
    const answer = await server.raw(`${head}Content-Length: 100000\r\n\r\n`, (socket) => {
      const drip = setInterval(() => socket.writable && socket.write(" "), 20);
      socket.on("close", () => clearInterval(drip));
    });
    expect(answer).toMatch(late);
  });

  it("are not answered twice when they were refused before their body came", async () => {
    const refused = `${head.replace("json", "xml")}Content-Length: 100\r\n\r\n<a>`;
    const answer = await server.raw(refused);
    expect(answer).toMatch(/^HTTP\/1.1 415 /);
    expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1);
  });

  it("do not keep others from being answered", async () => {
    const slow = server.raw(`${head}Content-Length: 100\r\n\r\n{`);
    await sleep(20);
    expect((await server.predict({ images: [image(1)] })).status).toBe(200);
    await slow;
    expect(server.failures).toEqual([]);
  });

  it("are counted once each, as what they were told", async () => {
    const text = await server.metrics();
    const counts = [...text.matchAll(/trazo_http_requests_total{.*status="(\d+)"} (\d+)/g)];
    expect(counts.map(([, status, count]) => [status, count]).sort()).toEqual([
      ["200", "1"],
      ["408", "7"],
      ["415", "1"],
    ]);
  });
});
