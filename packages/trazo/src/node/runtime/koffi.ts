import { createRequire } from "node:module";
import type Koffi from "koffi";

/**
 * Koffi, which calls functions of native libraries. Its package for this platform is loaded directly, because the package
 * `koffi` in front of it has an install script, which package managers report or refuse in every project that depends on
 * this library. Importing this module fails where there is no such package.
 */
export const koffi = createRequire(import.meta.url)(
  `@koromix/koffi-${process.platform}-${process.arch}`,
) as typeof Koffi;
