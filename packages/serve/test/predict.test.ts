import { crc32 } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fakeClassifier, image } from "./fake-classifier.js";
import { errorOf, runServer } from "./running.js";

const server = runServer(fakeClassifier(), { maxBody: 20_000, maxImages: 5, timeout: 5 });

interface Answer {
  readonly predictions: readonly {
    readonly label: number;
    readonly class: string;
    readonly probability: number;
    readonly probabilities: readonly number[];
    readonly top?: readonly { readonly label: number; readonly probability: number }[];
  }[];
}

const labels = async (response: Response): Promise<number[]> => {
  expect(response.status).toBe(200);
  return ((await response.json()) as Answer).predictions.map(({ label }) => label);
};

/** Grey of one level: the middle grey stays what it is, whichever way a picture is turned light on dark. */
async function picture(
  format: "png" | "jpeg" | "gif",
  level = 127,
  width = 30,
  height = 20,
): Promise<Buffer> {
  const source = sharp({
    create: { width, height, channels: 3, background: { r: level, g: level, b: level } },
  });
  return await source.toFormat(format).toBuffer();
}

const post = (type: string, body: Uint8Array | string): Promise<Response> =>
  fetch(server.url("/predict"), { method: "POST", headers: { "content-type": type }, body });

describe("POST /predict", () => {
  it("answers with label, class and probabilities, in the images' order", async () => {
    const response = await server.predict({ images: [image(7), image(200), image(0)] });
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    const { predictions } = (await response.json()) as Answer;
    expect(predictions.map(({ label }) => label)).toEqual([7, 200, 0]);
    expect(predictions[1]).toMatchObject({ class: "c200", probability: 1 });
    expect(predictions[1]?.probabilities).toEqual(Array.from({ length: 256 }, (_, i) => (i === 200 ? 1 : 0)));
    expect(predictions[0]).not.toHaveProperty("top");
  });

  it("takes images with an axis for the channel", async () => {
    const nested = image(9).map((row) => row.map((value) => [value]));
    expect(await labels(await server.predict({ images: [nested, image(8)] }))).toEqual([9, 8]);
  });

  it("lists the most probable classes when asked", async () => {
    const { predictions } = (await (await server.predict({ images: [image(3)] }, "?top=2")).json()) as Answer;
    expect(predictions[0]?.top).toEqual([
      { label: 3, class: "c3", probability: 1 },
      { label: 0, class: "c0", probability: 0 },
    ]);
  });

  it("takes PNG and JPEG pictures of any size as bodies, in base64 and in forms", async () => {
    const [png, jpeg] = [await picture("png"), await picture("jpeg", 127, 300, 7)];
    expect(await labels(await post("image/png", png))).toEqual([127]);
    expect(await labels(await post("image/jpeg", jpeg))).toEqual([127]);
    const url = `data:image/jpeg;base64,${jpeg.toString("base64")}`;
    expect(await labels(await server.predict({ images: [image(1), png.toString("base64"), url] }))).toEqual([
      1, 127, 127,
    ]);
    const form = new FormData();
    form.append("images", new Blob([png]), "a.png");
    form.append("other", new Blob([jpeg]), "b.jpg");
    const response = await fetch(server.url("/predict"), { method: "POST", body: form });
    expect(await labels(response)).toEqual([127, 127]);
  });
});

describe("what /predict refuses", () => {
  const refused = async (body: unknown, status: number, code: string, ...parts: string[]): Promise<void> => {
    const error = await errorOf(await server.predict(body));
    expect(error.slice(0, 2)).toEqual([status, code]);
    for (const part of parts) expect(error[2]).toContain(part);
  };

  it("images of another shape, with the expected and the given one", async () => {
    const shape = "2×3 or 2×3×1";
    await refused({ images: [image(1), [[1, 2]]] }, 400, "wrong_shape", "images[1]", shape, "got 1×2");
    await refused({ images: [[1, 2, 3]] }, 400, "wrong_shape", "images[0]", shape, "got 3");
    const deep = image(1).map((row) => row.map((value) => [value, value, value]));
    await refused({ images: [deep] }, 400, "wrong_shape", shape, "got 2×3×3");
    await refused({ images: [[[1, 2, 3], [1]]] }, 400, "wrong_shape", shape, "different lengths (3, 1)");
    await refused(
      {
        images: [
          [
            [1, 2, 3],
            [1, [2], [[3]]],
          ],
        ],
      },
      400,
      "wrong_shape",
      shape,
    );
    await refused({ images: [[]] }, 400, "wrong_shape", shape, "got 0");
  });

  it("pixels that are no bytes, naming the first", async () => {
    for (const [value, shown] of [
      [256, "256"],
      [-1, "-1"],
      [0.5, "0.5"],
      [null, "null"],
      ["7", '"7"'],
      [true, "true"],
      [{}, "an object"],
    ] as const) {
      const images = [
        image(1),
        [
          [0, 0, 0],
          [0, 0, value],
        ],
      ];
      await refused({ images }, 400, "wrong_value", "images[1][1][2]", "0 to 255", `got ${shown}`);
    }
    await refused(
      { images: [image(1).map((row) => row.map(() => [1e9]))] },
      400,
      "wrong_value",
      "images[0][0][0][0]",
    );
  });

  it("bodies of another structure", async () => {
    for (const body of [
      [],
      1,
      null,
      "x",
      {},
      { images: 3 },
      { images: {} },
      { images: [], more: 1 },
      { images: [] },
      { images: [4] },
    ]) {
      await refused(body, 400, "wrong_shape");
    }
    await refused({ images: [1, 2, 3, 4, 5, 6].map(image) }, 400, "too_many_images", "6", "5");
  });

  it("what is no JSON, and bodies without one", async () => {
    const broken = await errorOf(await post("application/json", '{"images": [1,'));
    expect(broken.slice(0, 2)).toEqual([400, "malformed_json"]);
    expect((await errorOf(await post("application/json", ""))).slice(0, 2)).toEqual([400, "malformed_json"]);
    const nothing = await fetch(server.url("/predict"), { method: "POST" });
    expect((await errorOf(nothing)).slice(0, 2)).toEqual([415, "unsupported_media_type"]);
  });

  it("deeply nested JSON without harm", async () => {
    const deep = `{"images":[${"[".repeat(9000)}${"]".repeat(9000)}]}`;
    expect((await errorOf(await post("application/json", deep))).slice(0, 2)).toEqual([400, "wrong_shape"]);
  });

  it("other types and encodings", async () => {
    for (const type of ["text/plain", "application/xml", "image/gif", "nonsense"]) {
      const [status, code, message] = await errorOf(await post(type, "x"));
      expect([status, code]).toEqual([415, "unsupported_media_type"]);
      expect(message).toContain("image/png");
    }
    const packed = await fetch(server.url("/predict"), {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: "x",
    });
    expect((await errorOf(packed)).slice(0, 2)).toEqual([415, "unsupported_media_type"]);
  });

  it("pictures that cannot be decoded", async () => {
    const png = await picture("png");
    for (const bytes of [
      Buffer.from("no picture"),
      png.subarray(0, 60),
      await picture("gif"),
      Buffer.alloc(0),
    ]) {
      const [status, code] = await errorOf(await post("image/png", bytes));
      expect([status, code]).toEqual([400, "unreadable_picture"]);
    }
    await refused({ images: [image(1), "***"] }, 400, "unreadable_picture", "images[1]", "base64");
    await refused({ images: ["bm8gcGljdHVyZQ=="] }, 400, "unreadable_picture", "images[0]");
    await refused({ images: [""] }, 400, "unreadable_picture", "images[0]");
  });

  it("a small file that says it is a huge picture, before it is decoded", async () => {
    const bomb = Buffer.from(await picture("png"));
    bomb.writeUInt32BE(9000, 16);
    bomb.writeUInt32BE(7000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    const [status, code, message] = await errorOf(await post("image/png", bomb));
    expect([status, code]).toEqual([400, "unreadable_picture"]);
    expect(message).toMatch(/pixel limit|9000×7000/);
  });

  it("damaged forms, forms with other fields, and too many files", async () => {
    const send = (form: FormData): Promise<Response> =>
      fetch(server.url("/predict"), { method: "POST", body: form });
    const field = new FormData();
    field.append("name", "value");
    expect((await errorOf(await send(field))).slice(0, 2)).toEqual([400, "malformed_form"]);
    const many = new FormData();
    for (let i = 0; i < 6; i++) many.append("images", new Blob([await picture("png")]), "a.png");
    expect((await errorOf(await send(many))).slice(0, 2)).toEqual([400, "too_many_images"]);
    const type = "multipart/form-data; boundary=x";
    const open = '--x\r\ncontent-disposition: form-data; name="a"; filename="a.png"\r\n\r\nabc';
    expect((await errorOf(await post(type, open))).slice(0, 2)).toEqual([400, "malformed_form"]);
    expect((await errorOf(await post(type, "--x--\r\n")))[0]).toBe(400);
    expect((await errorOf(await post("multipart/form-data", open))).slice(0, 2)).toEqual([
      400,
      "malformed_form",
    ]);
  });

  it("bodies that are too large, announced or not, in one piece or as a form", async () => {
    const large = JSON.stringify({ images: ["x".repeat(30_000)] });
    expect((await errorOf(await post("application/json", large))).slice(0, 2)).toEqual([
      413,
      "body_too_large",
    ]);
    const streamed = await fetch(server.url("/predict"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    expect((await errorOf(streamed)).slice(0, 2)).toEqual([413, "body_too_large"]);
    for (const sizes of [[30_000], [9000, 9000, 9000]]) {
      const parts = sizes.map(
        (size) =>
          `--x\r\ncontent-disposition: form-data; name="a"; filename="a.png"\r\n\r\n${"y".repeat(size)}\r\n`,
      );
      const form = await fetch(server.url("/predict"), {
        method: "POST",
        headers: { "content-type": "multipart/form-data; boundary=x" },
        body: new Blob([...parts, "--x--\r\n"]).stream(),
        duplex: "half",
      } as RequestInit);
      expect((await errorOf(form)).slice(0, 2)).toEqual([413, "body_too_large"]);
    }
  });

  it("parameters that do not exist or make no sense", async () => {
    for (const query of ["?top=0", "?top=257", "?top=x", "?top=", "?top=1.5", "?top=1&top=2", "?best=1"]) {
      const [status, code] = await errorOf(await server.predict({ images: [image(1)] }, query));
      expect([query, status, code]).toEqual([query, 400, "wrong_parameter"]);
    }
  });

  it("nothing of the above as a failure of its own, and goes on", async () => {
    expect(server.failures).toEqual([]);
    expect(await labels(await server.predict({ images: [image(5)] }))).toEqual([5]);
  });
});
