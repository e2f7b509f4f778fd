/** Whether a path ends so, e.g. in `.h5`, in upper or lower case. */
export const hasEnding = (path: string, ending: string): boolean => path.toLowerCase().endsWith(ending);

export const isOnnxFile = (path: string): boolean => hasEnding(path, ".onnx");
