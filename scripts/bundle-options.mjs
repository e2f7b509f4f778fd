/** How packages are bundled: a warning ends the build. @param what the package, for messages */
export const inputOptions = (what) => ({
  tsconfig: false,
  transform: { target: "es2023" },
  onLog(level, log, report) {
    if (level === "warn") throw new Error(`${what} cannot be bundled: ${log.message}`);
    report(level, log);
  },
});

/** How their bundles are written into a folder. */
export const outputOptions = (dist) => ({
  dir: dist,
  format: "es",
  sourcemap: true,
  // Editors show the declarations' comments; the sources in the maps have the rest.
  comments: { legal: true, annotation: true, jsdoc: false },
  chunkFileNames: "chunks/[name].js",
});
