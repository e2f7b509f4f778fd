/** Writes the tables of the pages "From Keras": `npx tsx docs/write-tables.ts`, after `interop/keras/signatures.py` or a change of what there is. */
import { readFileSync, writeFileSync } from "node:fs";
import { type KerasSignatures, kerasTables } from "./keras-tables.js";
import { languages } from "./sections.js";

const here = (path: string): URL => new URL(path, import.meta.url);
const signatures = JSON.parse(readFileSync(here("keras-signatures.json"), "utf8")) as KerasSignatures;

for (const lang of languages) {
  const file = here(`${lang}/from-keras.md`);
  const page = readFileSync(file, "utf8");
  const tables = `<!-- tables -->\n\n${kerasTables(signatures, lang)}\n\n<!-- /tables -->`;
  writeFileSync(
    file,
    page.replace(/<!-- tables -->[\s\S]*<!-- \/tables -->/, () => tables),
  );
}
