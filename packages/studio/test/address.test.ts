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
    expect(readAddress("?dropout=7&epochs=1000&augment=a,b").settings).toEqual(baseSettings);
  });
});
