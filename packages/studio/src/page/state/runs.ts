import { isOver, type RunRecord, type StudioEvent } from "../../protocol/messages.js";
import { type ToldApart, toldApart } from "./told-apart.js";

export type Runs = ReadonlyMap<number, ToldApart>;

const last = <T>(list: readonly T[]): T | undefined => list.at(-1);

/** The runs after the engine has told something about one of them. */
export function afterEvent(runs: Runs, event: StudioEvent): Runs {
  switch (event.type) {
    case "run": {
      const before = runs.get(event.run.id);
      const { points = [], checks = [], epochs = [], moments = [] } = before ?? {};
      return withRun(runs, { points, checks, epochs, moments, ...event.run });
    }
    case "step":
      return changed(runs, event.run, (run) =>
        // What came with the first answer may come as an event again.
        (last(run.points)?.step ?? -1) >= event.point.step
          ? run
          : { ...run, step: event.point.step, rate: event.rate, points: [...run.points, event.point] },
      );
    case "check":
      return changed(runs, event.run, (run) =>
        (last(run.checks)?.step ?? -1) >= event.point.step
          ? run
          : { ...run, checks: [...run.checks, event.point] },
      );
    case "epoch":
      return changed(runs, event.run, (run) =>
        (last(run.epochs)?.epoch ?? 0) >= event.point.epoch
          ? run
          : { ...run, epochs: [...run.epochs, event.point] },
      );
    case "moments":
      return changed(runs, event.run, (run) => ({ ...run, moments: event.steps }));
    default:
      return runs;
  }
}

const withRun = (runs: Runs, run: RunRecord): Runs =>
  toldApart(new Map<number, RunRecord>(runs).set(run.id, run).values());

function changed(runs: Runs, id: number, change: (run: ToldApart) => ToldApart): Runs {
  const run = runs.get(id);
  return run ? new Map(runs).set(id, change(run)) : runs;
}

/** The one that is being trained, or else the one that was last. */
export const currentRun = (runs: Runs): RunRecord | undefined => {
  const all = [...runs.values()];
  return all.find(({ status }) => status === "running") ?? all.findLast(({ status }) => status !== "waiting");
};

/**
 * The last step up to a given one whose weights a run has kept; "later" while the run may still get to a nearer one, undefined where it has
 * none.
 */
export function keptMoment({ moments, status }: RunRecord, step: number): number | "later" | undefined {
  if (!isOver(status) && (last(moments) ?? -1) < step) return "later";
  return moments.findLast((kept) => kept <= step);
}
