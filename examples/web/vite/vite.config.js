/** `npx vite build` in this folder. Workers load parts of the library when they need them, as modules do. */
export default {
  base: "./",
  build: { target: "es2022" },
  worker: { format: "es" },
};
