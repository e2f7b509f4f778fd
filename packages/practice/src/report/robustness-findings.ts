import { type Distortion, undistorted } from "../robustness/robustness.js";
import type { Numbers } from "./numbers.js";
import {
  distortedDigits,
  measuredTechniques,
  type RobustnessPoint,
  robustnessAt,
  undistortedPoint,
} from "./robustness.js";
import type { TechniqueSummary } from "./summary.js";
import type { ReportText } from "./text/text.js";

interface Scene {
  readonly summaries: readonly TechniqueSummary[];
  readonly text: ReportText;
  readonly numbers: Numbers;
}

/** Changes that leave a digit easy to read for people: what the sentences are about. */
const examples: readonly (readonly [Distortion, number])[] = [
  ["shift", 4],
  ["rotation", 30],
  ["zoom", 0.7],
  ["zoom", 1.3],
];

/** What the runs show on distorted digits; no sentence where that can be chance. */
export function robustnessFindings(scene: Scene): string[] {
  const digits = distortedDigits(scene.summaries);
  if (digits === undefined) return [];
  const measured = measuredTechniques(scene.summaries);
  return [...shiftsOfBase(measured, digits, scene), ...leaders(measured, digits, scene)];
}

/** What a shift does to the plain network. */
function shiftsOfBase(
  measured: readonly TechniqueSummary[],
  digits: number,
  { text, numbers }: Scene,
): string[] {
  const base = measured.find(({ technique }) => technique === "base");
  const [before, after] = base ? [undistortedPoint(base, "shift"), robustnessAt(base, "shift", 4)] : [];
  if (before === undefined || after === undefined || !isClearlyFewer(before, after, digits)) return [];
  return [
    text.robustness.baseAndShift({
      amount: numbers.count(4),
      from: numbers.percent(1 - before.mean, 1),
      to: numbers.percent(1 - after.mean, 1),
    }),
  ];
}

interface Lead {
  readonly leader: TechniqueSummary;
  readonly words: {
    readonly change: string;
    readonly own: string;
    readonly next: string;
    readonly nextWrong: string;
  };
}

/** Which technique reads distorted digits better than every other, and on which distortions. */
function leaders(measured: readonly TechniqueSummary[], digits: number, scene: Scene): string[] {
  const leads = examples.flatMap(([distortion, amount]) =>
    leadAt(measured, distortion, amount, digits, scene),
  );
  const { text } = scene;
  return [...new Set(leads.map(({ leader }) => leader))].map((leader) =>
    text.robustness.leader({
      name: text.technique(leader.technique).network,
      changes: leads.filter((lead) => lead.leader === leader).map(({ words }) => words),
      isOnlyAugmented: isAugmented(leader) && measured.filter(isAugmented).length === 1,
    }),
  );
}

function leadAt(
  measured: readonly TechniqueSummary[],
  distortion: Distortion,
  amount: number,
  digits: number,
  { text, numbers }: Scene,
): Lead[] {
  const ranked = measured
    .flatMap((summary) => {
      const point = robustnessAt(summary, distortion, amount);
      return point === undefined ? [] : [{ summary, point }];
    })
    .sort((a, b) => b.point.mean - a.point.mean);
  const [first, second, ...rest] = ranked;
  if (first === undefined || second === undefined) return [];
  const isAhead = [second, ...rest].every(({ point }) => isClearlyFewer(first.point, point, digits));
  if (!isAhead) return [];
  const share = ({ mean }: RobustnessPoint): string => numbers.percent(1 - mean, 1);
  return [
    {
      leader: first.summary,
      words: {
        change: text.robustness.change(distortion, numbers.amount(amount), amount > undistorted[distortion]),
        own: share(first.point),
        next: text.technique(second.summary.technique).short,
        nextWrong: share(second.point),
      },
    },
  ];
}

/** Whether a technique's training images are changed on their way to the network. */
const isAugmented = ({ runs }: TechniqueSummary): boolean =>
  runs.some(({ augmented }) => augmented !== undefined);

/**
 * Whether one network reads fewer digits wrong than another by more than chance would explain, in every run: by two standard
 * errors of the difference of two independent counts. Networks share many of their mistakes, so this errs on the side of
 * calling it chance.
 */
function isClearlyFewer(one: RobustnessPoint, other: RobustnessPoint, digits: number): boolean {
  if (Math.max(...one.wrong) >= Math.min(...other.wrong)) return false;
  const variance = (right: number): number => right * (1 - right) * digits;
  return (one.mean - other.mean) * digits > 2 * Math.sqrt(variance(one.mean) + variance(other.mean));
}
