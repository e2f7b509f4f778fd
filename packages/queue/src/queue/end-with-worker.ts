/**
 * Ends this process, which makes a worker's runs, when the worker is gone: its run belongs to another one by then.
 *
 * What nobody catches BullMQ tells the worker, and then ends the process. But where the worker has just died, telling it fails, which
 * nobody catches either: without end, and so densely that the end of the connection is never heard of. The second time is therefore
 * the last.
 */
export function endWithWorker(): void {
  const end = (): never => process.exit(1);
  process.on("disconnect", end);
  let uncaught = 0;
  process.prependListener("uncaughtException", () => {
    uncaught++;
    if (uncaught > 1 || !process.connected) end();
  });
  // The worker may have been killed while this process was starting.
  if (!process.connected) end();
}
