/** Whether a path ends so, e.g. in `.h5`, in upper or lower case. */
export const hasEnding = (path: string, ending: string): boolean => path.toLowerCase().endsWith(ending);

/** Named as a Keras file: a whole model, or its weights alone (`isWeightsFile`). */
export const isKerasFile = (path: string): boolean => hasEnding(path, ".keras") || hasEnding(path, ".h5");

export const isWeightsFile = (path: string): boolean => hasEnding(path, ".weights.h5");

export const isOnnxFile = (path: string): boolean => hasEnding(path, ".onnx");
