import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../src/metrics.js";
import { fakeClassifier, image } from "./fake-classifier.js";
import { errorOf, runServer } from "./running.js";

const large = async (): Promise<Buffer> =>
  await sharp({ create: { width: 900, height: 900, channels: 3, background: "#7f7f7f" } })
    .png()
    .toBuffer();

describe("requests sent without waiting for answers", () => {
  const server = runServer(fakeClassifier());
  const metrics = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** Sends everything at once. @returns what came back until the connection ended, in whatever way */
  const flood = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(server.port(), "127.0.0.1", () => socket.write(text));
      let answers = "";
      socket.setEncoding("latin1").on("data", (data) => {
        answers += data;
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(answers));
    });

  it("are answered up to a limit; then the connection is closed, and others are served", async () => {
    const answers = await flood(metrics.repeat(13_500));
    expect(answers.match(/HTTP\/1.1 200 /g)?.length ?? 0).toBeLessThanOrEqual(64);
    expect(answers.match(/HTTP\/1.1 503 /g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect((await server.predict({ images: [image(7)] })).status).toBe(200);
    const refused = 'trazo_http_requests_total{method="unknown",route="unknown",status="503"}';
    expect(await server.metric(refused)).toBe(1);
    expect(
      await server.metric('trazo_http_requests_total{method="GET",route="/metrics",status="200"}'),
    ).toBeLessThan(70);
  });

  it("are all answered when they are few", async () => {
    const health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const last = health.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    const answers = await server.raw(health.repeat(63) + last);
    expect(answers.match(/HTTP\/1.1 200 /g)).toHaveLength(64);
  });
});

describe("metrics", () => {
  it("are made once for all who ask within a quarter of a second", async () => {
    let rendered = 0;
    const metrics = createMetrics(() => ++rendered);
    const texts = await Promise.all(Array.from({ length: 1000 }, () => metrics.text()));
    expect(rendered).toBe(1);
    expect(new Set(texts).size).toBe(1);
    await sleep(300);
    expect(String(await metrics.text())).toContain("trazo_queue_length 2");
  });
});

describe("pictures of a request that nobody waits for", () => {
  const server = runServer(fakeClassifier(), { timeout: 20 });
  const decoded = (): Promise<number> => server.metric("trazo_pictures_decoded_total");

  it("are not decoded when another one is refused", async () => {
    const png = await large();
    const damaged = png.subarray(0, 700).toString("base64");
    const images = [damaged, ...new Array(200).fill(png.toString("base64"))];
    const before = await decoded();
    expect((await errorOf(await server.predict({ images })))[1]).toBe("unreadable_picture");
    const other = await server.predict({ images: [png.toString("base64")] });
    expect(other.status).toBe(200);
    await sleep(300);
    // Four are decoded at once; a few more may start before the refusal.
    expect((await decoded()) - before).toBeLessThan(20);
  });

  it("are not decoded when something that is seen at once is wrong", async () => {
    const png = (await large()).toString("base64");
    const before = await decoded();
    for (const wrong of ["***", "bm8gcGljdHVyZQ==", [[1]], 7]) {
      expect((await server.predict({ images: [png, png, wrong] })).status).toBe(400);
    }
    expect((await server.predict({ images: [png] }, "?top=0")).status).toBe(400);
    expect((await decoded()) - before).toBe(0);
  });

  it("are not decoded any more when the client leaves", async () => {
    const png = (await large()).toString("base64");
    const before = await decoded();
    const leaving = new AbortController();
    const answer = fetch(server.url("/predict"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ images: new Array(250).fill(png) }),
      signal: leaving.signal,
    });
    const left = expect(answer).rejects.toThrow();
    while ((await decoded()) === before) await sleep(1);
    leaving.abort();
    await left;
    await sleep(300);
    const after = await decoded();
    await sleep(300);
    expect(await decoded()).toBe(after);
    expect(after - before).toBeLessThan(250);
  });
});

describe("inference", () => {
  const server = runServer(fakeClassifier({ delay: 20 }), { maxBatch: 8 });

  it("takes images from each request in turn, so that a large one does not hold up a small one", async () => {
    let isDone = false;
    const many = server.predict({ images: Array.from({ length: 256 }, () => image(7)) }).then((response) => {
      isDone = true;
      return response.status;
    });
    while ((await server.metric("trazo_batch_size_count")) === 0);
    const one = await server.predict({ images: [image(9)] });
    expect(one.status).toBe(200);
    expect(isDone).toBe(false);
    expect(await many).toBe(200);
  });
});
