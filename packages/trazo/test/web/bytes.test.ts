import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes as node } from "../../src/node/bytes.js";
import { bytes as web } from "../../src/web/bytes.js";

/** Long enough for several of the pieces in which the web's unpacking goes. */
const long = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 31) >> (i % 7));
const content = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(long));

describe("unpacking in browsers does as Node does", () => {
  it("for whole data", () => {
    fc.assert(
      fc.property(content, (data) => {
        expect(web.crc32(data)).toBe(node.crc32(data));
        expect(Buffer.compare(web.inflateRaw(deflateRawSync(data), data.length), data)).toBe(0);
        expect(Buffer.compare(web.gunzip(gzipSync(data), data.length + 1), data)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("for the beginning of longer data", () => {
    const packed = gzipSync(long);
    const start = web.gunzip(packed.subarray(0, packed.length / 2), "start");
    expect(start.length).toBeGreaterThan(1000);
    expect(Buffer.compare(start, long.subarray(0, start.length))).toBe(0);
  });

  it("for more than may come out", () => {
    expect(() => web.inflateRaw(deflateRawSync(long), long.length - 1)).toThrow("more than 299999 bytes");
    expect(() => web.gunzip(gzipSync(long), 1000)).toThrow(expect.objectContaining({ reason: "tooLong" }));
  });

  it("for data that are cut off, or whose checksum is wrong", () => {
    const packed = gzipSync(long);
    for (const { gunzip } of [node, web]) {
      expect(() => gunzip(packed.subarray(0, packed.length / 2), long.length)).toThrow(
        expect.objectContaining({ reason: "cutOff" }),
      );
      const changed = Uint8Array.from(packed);
      changed[changed.length - 6] = (changed.at(-6) as number) ^ 1;
      expect(() => gunzip(changed, long.length)).toThrow(expect.objectContaining({ reason: "damaged" }));
    }
  });
});
