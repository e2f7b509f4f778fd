import { unzipSync, zipSync } from "fflate";
import type { JsonObject } from "../../src/errors.js";

/** A `.keras` archive whose configuration was changed. */
export function withConfig(archive: Uint8Array, change: (config: JsonObject) => void): Uint8Array {
  const entries = unzipSync(archive);
  const config = JSON.parse(new TextDecoder().decode(entries["config.json"])) as JsonObject;
  change(config);
  entries["config.json"] = new TextEncoder().encode(JSON.stringify(config));
  return zipSync(entries, { level: 0 });
}
