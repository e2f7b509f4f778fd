/** A tensor of ONNX Runtime Web. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  /** Where it is in the page's own memory. */
  readonly data: unknown;
  readonly location: string;
  /** What it holds, copied from a GPU where it is there. */
  getData(): Promise<unknown>;
  dispose(): void;
}

/** ONNX Runtime Web, as far as it is used: what `import * as ort from "onnxruntime-web/webgpu"` gives. */
export interface OrtWeb {
  readonly Tensor: new (
    // It has an overload for each type of element.
    ...args: never
  ) => object;
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<object>;
  };
}

/** A session of it. */
export interface OrtSession {
  readonly inputNames: readonly string[];
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}
