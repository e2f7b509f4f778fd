import { TrazoError } from "../errors.js";

/**
 * Runs something that takes more memory the larger a batch is.
 *
 * @throws TrazoError in place of an error of JavaScript's or ONNX Runtime's that says that there was not enough memory
 */
export async function withBatchesOf<T>(batchSize: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!isOutOfMemory(cause)) throw cause;
    throw new TrazoError(
      `There is not enough memory for batches of ${batchSize.toLocaleString("en-US")} samples. Choose a smaller batch size.`,
      { cause },
    );
  }
}

const messages =
  /failed to allocate memory|bad_alloc|array buffer allocation failed|invalid (typed )?array (buffer )?length|could not allocate memory/i;

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && !(error instanceof TrazoError) && messages.test(error.message);
}
