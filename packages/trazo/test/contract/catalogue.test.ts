import { describe, expect, it } from "vitest";
import { catalogue, type Entry } from "../../../../interop/keras/catalogue.js";
import { constraints } from "../../src/constraints/registry.js";
import type { JsonObject } from "../../src/errors.js";
import { readKerasArchive } from "../../src/formats/keras-archive.js";
import { initializers } from "../../src/initializers/registry.js";
import { layers } from "../../src/layers/registry.js";
import { losses } from "../../src/losses/registry.js";
import { metrics } from "../../src/metrics/registry.js";
import { plain } from "../../src/names.js";
import { optimizerRegistry } from "../../src/optimizers/registry.js";
import { regularizers } from "../../src/regularizers/registry.js";
import { schedules } from "../../src/schedules/registry.js";

/** Every class name in a configuration. */
function classesIn(json: unknown, into: Set<string>): Set<string> {
  if (Array.isArray(json)) for (const entry of json) classesIn(entry, into);
  else if (typeof json === "object" && json !== null) {
    // A loss with default options is its name alone.
    const { class_name, loss } = json as JsonObject;
    for (const name of [class_name, loss]) if (typeof name === "string") into.add(plain(name));
    for (const entry of Object.values(json)) classesIn(entry, into);
  }
  return into;
}

async function classesOf({ make }: Entry): Promise<Set<string>> {
  const model = make();
  const { config } = readKerasArchive(await model.toKeras(), "model.keras");
  return classesIn(config, new Set());
}

describe("the catalogue of models that real Keras opens", async () => {
  const found = new Set((await Promise.all(catalogue.map(classesOf))).flatMap((classes) => [...classes]));

  it.each(
    Object.entries({
      layers,
      losses,
      metrics,
      optimizers: optimizerRegistry,
      schedules,
      initializers,
      regularizers,
      constraints,
    }),
  )("holds all %s", (_, { classNames }) => {
    // Trazo's own schedule: Keras has none of that kind.
    const missing = classNames.filter((name) => !found.has(plain(name)) && name !== "OneCycle");
    expect(missing).toEqual([]);
  });
});
