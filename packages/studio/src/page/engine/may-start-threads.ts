/** Milliseconds after which a thread that has not said anything does not count. */
const answerMs = 3000;

/**
 * Whether threads can be started in this page. Their program is no file, but text that is there without a connection, which the policy
 * of a host may forbid (`worker-src` without `blob:`).
 */
export async function mayStartThreads(): Promise<boolean> {
  if (!crossOriginIsolated) return false;
  const address = URL.createObjectURL(new Blob(["postMessage(0)"], { type: "text/javascript" }));
  let worker: Worker | undefined;
  try {
    worker = new Worker(address);
    return await answers(worker);
  } catch {
    return false;
  } finally {
    worker?.terminate();
    URL.revokeObjectURL(address);
  }
}

const answers = (worker: Worker): Promise<boolean> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), answerMs);
    worker.onmessage = () => resolve(true);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve(false);
    };
  });
