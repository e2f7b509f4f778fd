import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { reasonIn, reasonOf } from "@trazo/sweep";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  FolderObjects,
  FolderStore,
  type ObjectStore,
  openObjects,
  parseListing,
  parseS3Address,
} from "../src/index.js";
import { s3Keys, startS3Server } from "./s3-server.js";

const work = mkdtempSync(join(tmpdir(), "trazo-store-"));
let count = 0;
const fresh = (name = "folder"): string => join(work, `${name}-${++count}`);

let server: Awaited<ReturnType<typeof startS3Server>>;
beforeAll(async () => {
  Object.assign(process.env, s3Keys);
  mkdirSync(fresh("s3"));
  server = await startS3Server(join(work, `s3-${count}`));
});
afterAll(async () => {
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});

type Tree = Readonly<Record<string, Uint8Array>>;

function write(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

const read = (folder: string): Tree =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, Uint8Array.from(readFileSync(join(folder, path)))]),
  );

/** File names of a run or a data set, some of them below a folder `d`, which is no file's name. */
const trees = fc.dictionary(
  fc.stringMatching(/^(?:d\/){0,2}[a-c][a-c ._ñ-]{0,6}[a-c]$/),
  fc.uint8Array({ maxLength: 300 }),
  { maxKeys: 5 },
);
const sorted = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1)));

const places: Readonly<Record<string, () => Promise<ObjectStore>>> = {
  "in a folder": () => openObjects(fresh("objects")),
  "in S3": () => openObjects(`s3://sweeps/some/prefix-${++count}?endpoint=${server.endpoint}`),
};

describe.each(Object.entries(places))("folders kept %s", (_, open) => {
  it("come back as they were, whatever they hold", async () => {
    const store = new FolderStore(await open());
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const [from, to] = [fresh(), fresh()];
        const name = `runs/${count.toString(16)}`;
        write(from, tree);
        expect(await store.has(name)).toBe(false);
        expect(await store.put(name, from)).toBe(true);
        expect(await store.has(name)).toBe(true);
        expect(await store.get(name, to)).toBe(0);
        expect(read(to)).toEqual(sorted(tree));
      }),
      { numRuns: 15 },
    );
    store.close();
  });

  it("take the place of what was there, and are replaced by none that had come less far", async () => {
    const store = new FolderStore(await open());
    const [from, to] = [fresh(), fresh()];
    write(from, { "a.txt": Buffer.from("one"), "b/c.bin": Buffer.alloc(70_000, 7) });
    expect(await store.put("runs/a", from, { progress: 1 })).toBe(true);
    write(from, { "a.txt": Buffer.from("two") });
    expect(await store.put("runs/a", from, { progress: 3 })).toBe(true);
    write(from, { "a.txt": Buffer.from("three") });
    expect(await store.put("runs/a", from, { progress: 2 })).toBe(false);
    write(to, { "old.txt": Buffer.from("left over") });
    expect(await store.get("runs/a", to)).toBe(3);
    expect(Object.keys(read(to))).toEqual(["a.txt", "b/c.bin"]);
    expect(readFileSync(join(to, "a.txt"), "utf8")).toBe("two");
    expect(await store.progressOf("runs/a")).toBe(3);
    store.close();
  });

  it("leave nothing behind of what they held before", async () => {
    const objects = await open();
    const store = new FolderStore(objects);
    const [from, to] = [fresh(), fresh()];
    const old = Buffer.from("the state of the first epoch");
    write(from, { state: old, kept: Buffer.from("the same") });
    await store.put("runs/a", from, { progress: 1 });
    const key = `runs/a/${createHash("sha256").update(old).digest("hex")}`;
    expect(await objects.has(key)).toBe(true);
    write(from, { state: Buffer.from("the state of the second") });
    await store.put("runs/a", from, { progress: 2 });
    expect(await objects.has(key)).toBe(false);
    expect(await store.get("runs/a", to)).toBe(2);
    expect(read(to)).toEqual(read(from));
    await objects.remove(key);
    store.close();
  });

  it("are absent when nothing was put, and then nothing is written", async () => {
    const store = new FolderStore(await open());
    const to = fresh();
    expect(await store.get("runs/none", to)).toBeUndefined();
    expect(await store.progressOf("runs/none")).toBeUndefined();
    expect(readdirSync(work)).not.toContain(to);
    store.close();
  });

  it("are put by several at once without harm", async () => {
    const store = new FolderStore(await open());
    const [from, to] = [fresh(), fresh()];
    const tree = { "a.txt": Uint8Array.from([1, 2, 3]), "d/b": Uint8Array.from([4]) };
    write(from, tree);
    await Promise.all([1, 2, 3, 4].map(() => store.put("runs/many", from)));
    await store.get("runs/many", to);
    expect(read(to)).toEqual(tree);
    store.close();
  });
});

/** Dies at its n-th writing. */
class Dying extends FolderObjects {
  constructor(
    root: string,
    private left: number,
  ) {
    super(root);
  }

  override async put(key: string, bytes: Uint8Array): Promise<void> {
    if (this.left-- === 0) throw new Error("the machine died");
    await super.put(key, bytes);
  }
}

describe("a kept folder", () => {
  it("is absent or as before when the machine that puts it dies, wherever it does", async () => {
    const root = fresh("objects");
    const from = fresh();
    write(from, { a: Buffer.from("1"), b: Buffer.from("2"), c: Buffer.from("3") });
    for (let writes = 0; writes < 4; writes++) {
      await expect(new FolderStore(new Dying(root, writes)).put("runs/x", from)).rejects.toThrow("died");
      expect(await new FolderStore(new FolderObjects(root)).has("runs/x")).toBe(false);
    }
    expect(await new FolderStore(new Dying(root, 4)).put("runs/x", from)).toBe(true);
  });

  it("sends nothing twice", async () => {
    const root = fresh("objects");
    const from = fresh();
    write(from, { a: Buffer.from("1"), b: Buffer.from("1"), c: Buffer.from("2") });
    await new FolderStore(new Dying(root, 3)).put("runs/x", from); // Two contents and the listing.
    write(from, { d: Buffer.from("3") });
    await new FolderStore(new Dying(root, 2)).put("runs/x", from); // One content more and the listing.
  });

  it("comes whole to one who fetches it while another one replaces it", async () => {
    const root = fresh("objects");
    const [from, to] = [fresh(), fresh()];
    write(from, { a: Buffer.from("one"), b: Buffer.from("the same") });
    await new FolderStore(new FolderObjects(root)).put("runs/x", from, { progress: 1 });
    const slow = new FolderObjects(root);
    const get = slow.get.bind(slow);
    let isReplaced = false;
    slow.get = async (key) => {
      const bytes = await get(key);
      if (!isReplaced && key.endsWith("files.json")) {
        isReplaced = true;
        write(from, { a: Buffer.from("two") });
        await new FolderStore(new FolderObjects(root)).put("runs/x", from, { progress: 2 });
      }
      return bytes;
    };
    expect(await new FolderStore(slow).get("runs/x", to)).toBe(2);
    expect(readFileSync(join(to, "a"), "utf8")).toBe("two");
  });

  it("leaves out the locks and half-written files of a process", async () => {
    const store = new FolderStore(new FolderObjects(fresh("objects")));
    const [from, to] = [fresh(), fresh()];
    write(from, {
      ".lock": Buffer.from("x"),
      "state/.lock": Buffer.from("x"),
      "state/.latest.12.0123abcd.tmp": Buffer.from("x"),
      "state/latest": Buffer.from("x"),
    });
    await store.put("runs/x", from);
    await store.get("runs/x", to);
    expect(Object.keys(read(to))).toEqual(["state/latest"]);
  });

  it.each([
    [
      "a changed byte",
      (path: string) => writeFileSync(path, "no"),
      /^.*: a\.txt of runs\/x is damaged: its SHA-256 is not/,
    ],
    ["a lost file", (path: string) => rmSync(path), /^.*: a\.txt of runs\/x is missing/],
  ])("does not come back with %s, and what was there stays", async (_, harm, message) => {
    const root = fresh("objects");
    const store = new FolderStore(new FolderObjects(root));
    const [from, to] = [fresh(), fresh()];
    write(from, { "a.txt": Buffer.from("hi") });
    await store.put("runs/x", from);
    for (const file of readdirSync(join(root, "runs/x"))) {
      if (file !== "files.json") harm(join(root, "runs/x", file));
    }
    write(to, { "kept.txt": Buffer.from("kept") });
    await expect(store.get("runs/x", to)).rejects.toThrow(message);
    expect(Object.keys(read(to))).toEqual(["kept.txt"]);
    expect(readdirSync(work).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it.each(["../evil", "/etc/x", "a/../../b", "a\\b", "c:x", "", "a//b", "./a"])(
    "refuses a listing that names %j, wherever it comes from",
    (path) => {
      const listing = { format: 1, progress: 0, files: [{ path, bytes: 1, sha256: "0".repeat(64) }] };
      expect(() => parseListing(Buffer.from(JSON.stringify(listing)), "s3://b: x")).toThrow(
        /^s3:\/\/b: x is damaged: .* is not a path inside the folder\.$/,
      );
    },
  );

  it("refuses listings that are not JSON, or something else", () => {
    for (const text of ["", "{", "null", "[]", '{"format":2,"progress":0,"files":[]}']) {
      expect(() => parseListing(Buffer.from(text), "here")).toThrow(/^here is damaged/);
    }
  });
});

describe("an address of S3", () => {
  it("names bucket and prefix, and takes the rest from itself or the environment", () => {
    const env = { AWS_ENDPOINT_URL: "http://a:1", AWS_REGION: "eu-west-3" };
    expect(parseS3Address("s3://b", {})).toEqual({
      bucket: "b",
      prefix: "",
      endpoint: undefined,
      region: undefined,
    });
    expect(parseS3Address("s3://b/x//y/", env)).toEqual({
      bucket: "b",
      prefix: "x/y/",
      endpoint: "http://a:1",
      region: "eu-west-3",
    });
    expect(parseS3Address("s3://b/x?endpoint=https://c&region=auto", env)).toMatchObject({
      endpoint: "https://c",
      region: "auto",
    });
  });

  it.each([
    ["s3://", /is not the address of a store. It must look like s3:\/\/bucket\/prefix/],
    ["s3://key:secret@b", /must not hold a key/],
    ["s3://b?acl=public", /unknown option acl. Known: endpoint, region/],
    ["s3://b?endpoint=minio:9000", /is not an http or https address/],
  ])("is refused in words: %s", (text, message) => {
    expect(() => parseS3Address(text, {})).toThrow(message);
  });

  it("says what is wrong with the bucket, the keys and the connection", async () => {
    const attempt = async (address: string): Promise<string> => {
      const objects = await openObjects(address);
      return await objects.put("x", Uint8Array.from([1])).then(
        () => "",
        (error: Error) => error.message,
      );
    };
    expect(await attempt(`s3://nowhere?endpoint=${server.endpoint}`)).toMatch(
      /^s3:\/\/nowhere: x: there is no bucket nowhere\.$/,
    );
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "wrong", AWS_SECRET_ACCESS_KEY: "wrong" });
    expect(await attempt(`s3://sweeps?endpoint=${server.endpoint}`)).toMatch(/access is denied/);
    Object.assign(process.env, s3Keys);
    expect(await attempt("s3://sweeps?endpoint=http://127.0.0.1:9")).toMatch(
      /http:\/\/127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)/,
    );
  });
});

it("what is wrong with a store is also said in Spanish", async () => {
  const inSpanish = (error: unknown): string => reasonIn(reasonOf(error as Error), "es");
  const wrong = (text: string): string => {
    try {
      parseS3Address(text, {});
    } catch (error) {
      return inSpanish(error);
    }
    throw new Error("Nothing is wrong.");
  };
  expect(wrong("s3://")).toMatch(/^s3:\/\/ no es la dirección de un almacén\. Debe ser como s3:/);
  expect(wrong("s3://bucket?zone=1")).toBe(
    "s3://bucket?zone=1: no se conoce la opción zone. Se conocen endpoint y region.",
  );
  expect(() => parseListing(Buffer.from("{"), "aquí")).toThrow(
    expect.toSatisfy((error) => inSpanish(error) === "aquí está dañado: no es JSON."),
  );
});
