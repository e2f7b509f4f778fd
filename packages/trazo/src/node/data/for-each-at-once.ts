/**
 * Runs a task for each of the numbers 0 to `count` - 1, at most `atOnce` of them at a time. After the first error no other task begins; it is
 * thrown when those that run have ended.
 */
export async function forEachAtOnce(
  count: number,
  atOnce: number,
  task: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      try {
        await task(next++);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
  if (failures.length > 0) throw failures[0];
}
