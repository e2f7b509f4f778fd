// Writes the JSON Schemas that the package publishes: npx tsx packages/sweep/scripts/write-schemas.ts
import { writeFileSync } from "node:fs";
import { runSchema, sweepSchema } from "../src/index.js";

const schemas = { run: runSchema(), sweep: sweepSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(`../${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
