/**
 * ONNX Runtime's builds record the sessions that they run in files below the temporary and the home folder, for their maker.
 * Disabled before it is loaded, unless the environment says otherwise: users were not asked. Threads cannot tell
 * it: only the main thread's `process.env` is the process's own.
 */
export function keepNoRecords(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
}
