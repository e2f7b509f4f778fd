/** `npx webpack` in this folder; index.html is copied beside what it writes. */
export default {
  mode: "production",
  entry: "./main.js",
  output: { filename: "main.js", module: true, chunkFormat: "module", workerChunkLoading: "import" },
  experiments: { outputModule: true },
};
