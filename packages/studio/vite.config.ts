import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const page = (path: string): string => source(`studio/src/page/${path}`);

/** Builds the page into `dist/page`: plain files for any web server, with paths of their own so that it may lie anywhere. */
export default defineConfig({
  root: page(""),
  base: "./",
  publicDir: page("public"),
  resolve: {
    alias: [
      { find: "#platform", replacement: source("trazo/src/web/platform.ts") },
      { find: /^trazo(\/web)?$/, replacement: source("trazo/src/web/index.ts") },
      { find: /^@trazo\/practice\/published$/, replacement: source("practice/src/published.ts") },
      { find: /^@trazo\/practice\/networks$/, replacement: source("practice/src/networks.ts") },
      { find: /^@trazo\/serve\/pad$/, replacement: source("serve/src/browser/pad.ts") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    rolldownOptions: {
      input: [page("index.html"), page("offline/service-worker.ts")],
      output: {
        // A service worker's name must stay the same.
        entryFileNames: ({ name }) => (name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
    outDir: source("studio/dist/page"),
    emptyOutDir: true,
    target: "es2023",
    sourcemap: false,
  },
  worker: { format: "es" },
});
