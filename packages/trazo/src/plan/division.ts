import { isRows, rowSize, sizeOf } from "./task/rows.js";
import type { Task } from "./task/task.js";

/** In how many parts a phase is done. */
export interface Division {
  /** Its blocks. */
  readonly parts: number;
  /** What of it is divided otherwise. */
  readonly shares: number;
}

/** For how many samples and threads a program is. */
interface Extent {
  readonly batch: number;
  readonly threads: number;
}

/**
 * With so many parts for each thread, one whose core is slower than the others', or does something else, leaves some of its parts to them: where one
 * of two cores is half as fast, a phase takes a quarter less time than with one part for each.
 */
const partsOfThread = 4;
/** A part of fewer multiplications is not worth the asking for it, */
const leastMultiplications = 2 ** 20;
/** nor is one of fewer numbers where nothing is multiplied. */
const leastNumbers = 2 ** 15;
/** Every part has sums of its own over its samples. So many multiplications of a pass take at least ten times as long as a byte of these. */
const multiplicationsOfByte = 128;
/** Bytes of these for each weight: products at the points of Winograd's tiles are four times as many. */
const bytesOfWeight = 16;

/** As many parts as threads. */
export const plainDivision = ({ threads }: Extent): Division => ({ parts: threads, shares: threads });

/**
 * For a phase that multiplies nothing.
 *
 * @param numbers in all
 * @param least of a part for it to be worth the asking
 */
export function divisionOfNumbers(extent: Extent, numbers: number, least = leastNumbers): Division {
  const most = mostParts(extent);
  if (numbers < least * most) return plainDivision(extent);
  return { parts: extent.batch >= most ? most : extent.threads, shares: most };
}

/**
 * For a phase of tasks.
 *
 * @param withSums whether gradients of weights are summed up in it
 */
export function divisionOf(extent: Extent, tasks: readonly Task[], withSums: boolean): Division {
  const { batch, threads } = extent;
  const most = mostParts(extent);
  const sumUp = (of: (task: Task) => number): number => tasks.reduce((sum, task) => sum + of(task), 0);
  const multiplications = batch * sumUp((task) => task.multiplications ?? 0);
  if (multiplications === 0) {
    const numbers = sumUp(({ outputs }) =>
      outputs.filter(isRows).reduce((sum, one) => sum + rowSize(one), 0),
    );
    return divisionOfNumbers(extent, batch * numbers);
  }
  if (multiplications < leastMultiplications * most) return plainDivision(extent);
  const weights = sumUp(({ weights }) =>
    weights.reduce((sum, one) => sum + (isRows(one) ? 0 : sizeOf(one.shape)), 0),
  );
  const sums = withSums ? weights * bytesOfWeight * most : 0;
  const least = Math.max(...tasks.map(({ leastRows = 1 }) => leastRows));
  const isDivisible = batch >= most * least && sums * multiplicationsOfByte <= multiplications;
  return { parts: isDivisible ? most : threads, shares: most };
}

/** The most parts that a phase has. */
export const mostParts = ({ threads }: Extent): number => (threads === 1 ? 1 : threads * partsOfThread);
