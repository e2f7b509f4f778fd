import type { Tensor } from "../../tensor.js";
import type { GeneratorState } from "../augmentation/generator.js";
import type { ImageForm } from "../images/image-options.js";
import type { PixelSize } from "../images/resize-pixels.js";

/** Pictures that stay in memory once they were decoded, shared by the threads that read them. */
export interface PictureCache {
  /** One picture after the other. */
  readonly pixels: Uint8Array;
  /** 1 for each picture that is there. */
  readonly isHeld: Uint8Array;
}

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
  readonly cache: PictureCache | undefined;
}

/** How another thread makes the same dataset: plain data that threads can hand on. */
export type DatasetRecipe =
  | { readonly kind: "files"; readonly files: FileRecipe }
  | { readonly kind: "augmented"; readonly of: DatasetRecipe; readonly generator: GeneratorState }
  | { readonly kind: "module"; readonly url: string; readonly data: unknown };
