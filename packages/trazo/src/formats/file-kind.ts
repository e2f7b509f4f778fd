/** Whether a path ends so, e.g. in `.onnx`, in upper or lower case. */
export const hasEnding = (path: string, ending: string): boolean => path.toLowerCase().endsWith(ending);

/** An HDF5 file, under the ending of today or the one that Keras 2's tutorials have. */
export const isHdf5File = (path: string): boolean => hasEnding(path, ".h5") || hasEnding(path, ".hdf5");

/** Named as a Keras file: a whole model, or its weights alone (`isWeightsFile`). */
export const isKerasFile = (path: string): boolean => hasEnding(path, ".keras") || isHdf5File(path);

export const isWeightsFile = (path: string): boolean =>
  hasEnding(path, ".weights.h5") || hasEnding(path, ".weights.hdf5");

export const isOnnxFile = (path: string): boolean => hasEnding(path, ".onnx");
