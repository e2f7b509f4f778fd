// Runs after the library was packed: removes what scripts/prepack.mjs put into its folder, so that a checkout never uses an old copy.
import { rmSync } from "node:fs";

for (const copy of ["ort", "LICENSE"]) rmSync(copy, { recursive: true, force: true });
