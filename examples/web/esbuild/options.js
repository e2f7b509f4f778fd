/** What esbuild is told. The worker is an entry point of its own. */
export default {
  entryPoints: ["main.js", "worker.js"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  // What reads HDF5 files looks for Node before it asks for its modules.
  external: ["fs", "path", "url", "crypto", "module", "node:*"],
};
