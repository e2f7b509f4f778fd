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

/** Gray of one level: the middle gray stays what it is, whichever way a picture is turned light on dark. */
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

describe("pictures in base64", () => {
  it("may have line breaks, as many programs write them, and data URLs of any type", async () => {
    const png = (await picture("png")).toString("base64");
    const images = [
      png.replace(/.{76}/g, "$&\n"),
      png.replace(/.{64}/g, "$&\r\n"),
      `${png}\n`,
      `data:image/jpg;base64,${png}`,
    ];
    expect(await labels(await server.predict({ images }))).toEqual([127, 127, 127, 127]);
  });
});

describe("other formats", () => {
  it("are read, whatever the client calls them", async () => {
    const source = sharp({ create: { width: 30, height: 20, channels: 3, background: "#7f7f7f" } });
    for (const format of ["webp", "avif", "gif"] as const) {
      const bytes = await source.clone().toFormat(format, { lossless: true }).toBuffer();
      for (const type of [`image/${format}`, "image/x-unknown"]) {
        const [label] = await labels(await post(type, bytes));
        expect(Math.abs((label ?? 0) - 127)).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe("the scale of pixels", () => {
  const binary = [
    [1, 0, 1],
    [0, 0, 0],
  ];

  it("is asked for when an image contains only 0 and 1, which would be black from 0 to 255", async () => {
    const error = await errorOf(await server.predict({ images: [image(9), binary] }));
    expect(error.slice(0, 2)).toEqual([400, "wrong_value"]);
    expect(error[2]).toContain('images[1] contains only 0 and 1. Add "scale": 1');
    expect(await labels(await server.predict({ images: [binary], scale: 1 }))).toEqual([255]);
    expect(await labels(await server.predict({ images: [binary], scale: 255 }))).toEqual([1]);
    const black = binary.map((row) => row.map(() => 0));
    expect(await labels(await server.predict({ images: [black] }))).toEqual([0]);
  });

  it("1 takes numbers from 0 to 1; without it they are refused with a hint", async () => {
    const half = binary.map((row) => row.map(() => 0.5));
    expect(await labels(await server.predict({ images: [half], scale: 1 }))).toEqual([128]);
    expect((await errorOf(await server.predict({ images: [half] })))[2]).toContain('add "scale": 1');
    const wrong = await errorOf(await server.predict({ images: [image(7)], scale: 1 }));
    expect(wrong[2]).toBe("images[0][0][0] must be a number from 0 to 1, but got 7.");
    const [status, code] = await errorOf(await server.predict({ images: [image(7)], scale: 2 }));
    expect([status, code]).toEqual([400, "wrong_value"]);
  });
});

describe("the parameter input", () => {
  it("shows each image as the model reads it", async () => {
    const { predictions } = (await (
      await server.predict({ images: [image(7), image(9)] }, "?input=true")
    ).json()) as { predictions: { input: number[][] }[] };
    expect(predictions.map(({ input }) => input)).toEqual([image(7), image(9)]);
    const plain = (await (await server.predict({ images: [image(7)] }, "?input=false")).json()) as Answer;
    expect(plain.predictions[0]).not.toHaveProperty("input");
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

  it("pixels that are not bytes, naming the first", async () => {
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

  it("what is not JSON, and bodies without one", async () => {
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
    for (const type of ["text/plain", "application/xml", "video/mp4", "nonsense"]) {
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
      await sharp(png).tiff().toBuffer(),
      Buffer.alloc(0),
    ]) {
      const [status, code] = await errorOf(await post("image/png", bytes));
      expect([status, code]).toEqual([400, "unreadable_picture"]);
    }
    await refused({ images: [image(1), "***"] }, 400, "unreadable_picture", "images[1]", "base64");
    await refused({ images: ["bm8gcGljdHVyZQ=="] }, 400, "unreadable_picture", "images[0]");
    await refused({ images: [""] }, 400, "unreadable_picture", "images[0]", "empty");
    await refused({ images: ["iVBO*w0K"] }, 400, "unreadable_picture", `contains "*"`);
    await refused({ images: ["iV=BOw=="] }, 400, "unreadable_picture", `contains "="`);
    await refused({ images: ["iVBOR"] }, 400, "unreadable_picture", "cut off");
  });

  it("a small file that says it is a huge picture, before it is decoded", async () => {
    const bomb = Buffer.from(await picture("png"));
    bomb.writeUInt32BE(9000, 16);
    bomb.writeUInt32BE(7000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    const [status, code, message] = await errorOf(await post("image/png", bomb));
    expect([status, code]).toEqual([400, "unreadable_picture"]);
    expect(message).toBe("The picture is too large: 9000×7000 pixels (limit: 24 million).");
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
    for (const query of [
      "?top=0",
      "?top=257",
      "?top=x",
      "?top=",
      "?top=1.5",
      "?top=1&top=2",
      "?best=1",
      "?input=1",
    ]) {
      const [status, code] = await errorOf(await server.predict({ images: [image(1)] }, query));
      expect([query, status, code]).toEqual([query, 400, "wrong_parameter"]);
    }
  });

  it("nothing of the above as a failure of its own, and continues", async () => {
    expect(server.failures).toEqual([]);
    expect(await labels(await server.predict({ images: [image(5)] }))).toEqual([5]);
  });
});
