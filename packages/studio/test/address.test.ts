import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, looks, readAddress, screens, writeAddress } from "../src/page/state/address.js";
import { baseSettings, settingsOf, techniqueNames } from "../src/protocol/settings.js";

describe("the page's address", () => {
  it("says again what it was told", () => {
    fc.assert(
      fc.property(
        fc.record({
          screen: fc.constantFrom(...screens),
          look: fc.constantFrom(...looks),
          language: fc.constantFrom("en" as const, "es" as const, undefined),
          digit: fc.option(fc.nat(9999), { nil: undefined }),
          settings: fc.option(
            fc
              .constantFrom(...techniqueNames)
              .map((name) => settingsOf(name, { ...baseSettings, epochs: 7, seed: 3 })),
            { nil: undefined },
          ),
          distortion: fc.option(
            fc.record({
              right: fc.integer({ min: 1, max: 8 }),
              down: fc.integer({ min: -8, max: 8 }),
              rotation: fc.constantFrom(-45, 0, 30),
              zoom: fc.constantFrom(0.6, 1, 1.35),
              noise: fc.constantFrom(0, 0.25),
            }),
            { nil: undefined },
          ),
          curve: fc.constantFrom("loss" as const, undefined),
          by: fc.constantFrom("rotation" as const, "noise" as const, undefined),
          looked: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
          moment: fc.option(fc.record({ run: fc.integer({ min: 1, max: 99 }), step: fc.nat(100_000) }), {
            nil: undefined,
          }),
          filter: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
          pair: fc.option(
            fc
              .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
              .filter(([a, b]) => a !== b),
            { nil: undefined },
          ),
          cell: fc.option(fc.record({ label: fc.nat(9), read: fc.nat(9) }), { nil: undefined }),
        }),
        (address: Address) => {
          expect(readAddress(writeAddress(address))).toEqual(address);
        },
      ),
    );
  });

  it("counts as not said what it says wrongly", () => {
    const usual = readAddress("");
    expect(readAddress("?screen=nowhere&look=loud&lang=xx&digit=-3")).toEqual(usual);
    expect(readAddress("?change=1,2,3&curve=up&by=color&look-into=0")).toEqual(usual);
    expect(readAddress("?change=0,0,0,9,0")).toEqual(usual);
    expect(readAddress("?filter=7&pair=0,1&cell=3,10")).toEqual(usual);
    expect(readAddress("?filter=1.5&pair=1&cell=a,b")).toEqual(usual);
    expect(readAddress("?pair=1,1")).toEqual(usual);
    for (const moment of ["", "3", "0,25", "3,-1", "3,1.5", "a,b", "1,2,3"]) {
      expect(readAddress(`?moment=${moment}`)).toEqual(usual);
    }
    expect(readAddress("?dropout=7&epochs=1000&augment=a,b").settings).toEqual(baseSettings);
  });
});
