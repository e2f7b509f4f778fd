import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { imagesFromDirectory, readImage, TrazoError } from "../../../src/index.js";
import fixtures from "../../fixtures/images.json" with { type: "json" };
import { temporaryFolder } from "../temporary-folder.js";

const folder = temporaryFolder();

const files = fixtures.decoded.map(({ name, file }) => ({
  name,
  bytes: new Uint8Array(Buffer.from(file, "base64")),
}));

/** Numbers from 0 to 1, the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Some bytes changed, some of the end cut off, or bytes of another file put in. */
function damaged(bytes: Uint8Array, other: Uint8Array, next: () => number): Uint8Array {
  const kept = next() < 0.3 ? Math.floor(bytes.length * next()) : bytes.length;
  const copy = bytes.slice(0, kept);
  for (let changes = Math.floor(next() * 8); changes > 0 && copy.length > 0; changes--) {
    // Headers more often than the rest.
    const reach = next() < 0.5 ? Math.min(64, copy.length) : copy.length;
    copy[Math.floor(next() * reach)] = Math.floor(next() * 256);
  }
  if (next() < 0.1 && copy.length > 20) copy.set(other.subarray(0, copy.length - 20), 20);
  return copy;
}

describe("damaged pictures", () => {
  it("are refused or give pixels of the size that was asked for, each within seconds", async () => {
    const random = numbers(5);
    const next = (): number => random.next().value;
    let refused = 0;
    for (let round = 0; round < 40; round++) {
      for (const { name, bytes } of files) {
        const other = files[Math.floor(next() * files.length)]?.bytes ?? bytes;
        const picture = damaged(bytes, other, next);
        try {
          const image = await readImage(picture, { height: 8, width: 9 });
          expect(image.data, name).toHaveLength(8 * 9 * 3);
        } catch (error) {
          expect(error, name).toBeInstanceOf(TrazoError);
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  // Uncompressed TIFF and PNG's last checksum aside, nothing of which a part is missing passes for the whole.
  it.each([
    "jpeg, color",
    "gif",
    "webp, lossy",
    "webp, lossless",
    "avif",
    "tiff, lzw",
    "bmp, 24 bits",
    "bmp, palette",
  ])("%s: are refused wherever they are cut off before their last row", async (wanted) => {
    const bytes = files.find(({ name }) => name === wanted)?.bytes ?? new Uint8Array();
    for (let part = 0; part < 20; part++) {
      const cut = bytes.subarray(0, Math.floor((0.9 * part * bytes.length) / 20));
      await expect(readImage(cut), `${part} of 20`).rejects.toBeInstanceOf(TrazoError);
    }
  });
});

describe("a folder of damaged pictures", () => {
  async function write(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(folder.path(name)), { recursive: true });
    await writeFile(folder.path(name), bytes);
  }

  it("gives every picture that can be read the class of its folder, and its own pixels", async () => {
    const random = numbers(11);
    const next = (): number => random.next().value;
    for (let i = 0; i < 300; i++) {
      const { bytes } = files[i % files.length] as (typeof files)[number];
      const other = files[Math.floor(next() * files.length)]?.bytes ?? bytes;
      await write(`mixed/${"abc"[i % 3]}/${i}.png`, next() < 0.5 ? bytes : damaged(bytes, other, next));
    }
    const size = { height: 6, width: 7 } as const;
    const read = await imagesFromDirectory(folder.path("mixed"), { ...size, seed: 3, onUnreadable: "skip" });
    expect(read.files.length + read.unreadable.length).toBe(300);
    expect(read.unreadable.length).toBeGreaterThan(30);
    for (const [row, name] of read.files.entries()) {
      expect(read.labels.data[row]).toBe("abc".indexOf(name[0] as string));
      const alone = await readImage(folder.path(`mixed/${name}`), size);
      expect(read.images.data.subarray(row * 126, (row + 1) * 126)).toEqual(alone.data);
    }
  });

  it("is read though links lead round in a circle", async () => {
    const { bytes } = files[0] as (typeof files)[number];
    await write("circle/a/1.png", bytes);
    await write("circle/b/2.png", bytes);
    await symlink("..", folder.path("circle/a/up"));
    const { files: found } = await imagesFromDirectory(folder.path("circle"), { height: 2, width: 2 });
    expect(found).toEqual(["a/1.png", "b/2.png"]);
  });

  it.skipIf(process.platform === "win32")("is read though a pipe has a picture's name", async () => {
    const { bytes } = files[0] as (typeof files)[number];
    await write("pipes/a/1.png", bytes);
    execFileSync("mkfifo", [folder.path("pipes/a/2.png")]);
    const { files: found } = await imagesFromDirectory(folder.path("pipes"), { height: 2, width: 2 });
    expect(found).toEqual(["a/1.png"]);
  });
});
