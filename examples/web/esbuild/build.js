/** `node build.js` in this folder; index.html is copied beside what it writes. */
import { build } from "esbuild";
import options from "./options.js";

await build(options);
