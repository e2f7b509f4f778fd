import { published } from "@trazo/practice/published";
import type { Published } from "../protocol/messages.js";
import { techniqueNames } from "../protocol/settings.js";

/** What the notebook published of each technique that a run can be. */
export const publishedByNotebook = (): Published =>
  Object.fromEntries(techniqueNames.map((name) => [name, published[name] ?? []]));
