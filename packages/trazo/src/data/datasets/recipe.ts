import type { Tensor } from "../../tensor.js";
import type { GeneratorState } from "../augmentation/generator.js";
import type { ImageForm } from "../images/image-options.js";
import type { PixelSize } from "../images/resize-pixels.js";

/** Pictures that are read from their files. */
export interface FileRecipe {
  /** The folder that the files' names begin in. */
  readonly root: string;
  readonly files: readonly string[];
  /** A row for each file. */
  readonly targets: Tensor<"int32" | "float32">;
  readonly size: PixelSize;
  readonly form: ImageForm;
  readonly divisor: number;
}

/** How another thread makes the same dataset: plain data that threads can hand on. */
export type DatasetRecipe =
  | { readonly kind: "files"; readonly files: FileRecipe }
  | { readonly kind: "augmented"; readonly of: DatasetRecipe; readonly generator: GeneratorState }
  | { readonly kind: "module"; readonly url: string; readonly data: unknown };
