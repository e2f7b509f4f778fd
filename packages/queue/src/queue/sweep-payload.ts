import { createHash } from "node:crypto";
import { type Language, type PlannedRun, requestDigest, type SweepPlan } from "@trazo/sweep";
import { isInside } from "../store/folder-listing.js";

/** A sweep whose summary workers are to write. */
export interface AnnouncedSweep {
  /** What people call it, e.g. its file's name. */
  readonly name: string;
  readonly plan: SweepPlan;
  /** As `expandSweep` gives them. */
  readonly runs: readonly PlannedRun[];
  /** Of the report. Default `en`. */
  readonly language?: Language | undefined;
  /** Try runs again that failed before. Default false. */
  readonly retryFailed?: boolean | undefined;
}

/** What the queue holds of a sweep that is to be summarized. Plain JSON. */
export interface SweepPayload {
  readonly format: 1;
  /** Where the report lies below the shared folder or in the store: below `sweeps/`. */
  readonly folder: string;
  readonly name: string;
  readonly plan: SweepPlan;
  readonly language: Language;
  readonly threads: number;
  readonly codeVersion: string;
  /** Its runs, in their order. */
  readonly runs: readonly {
    /** Of the plan's settings, from 0. */
    readonly setting: number;
    readonly seed: number;
    readonly dataDigest: string;
  }[];
  /** Make runs again that failed before. */
  readonly retryFailed?: boolean | undefined;
  /** The store through which runs travel. Absent: the shared folder. */
  readonly store?: string | undefined;
}

/** The same for the same runs in the same search, so that a sweep that is asked for again has one summary. */
export function sweepId({ plan: { search, measure }, runs }: AnnouncedSweep): string {
  const halving = search.type === "asha" ? JSON.stringify([search.minEpochs, search.factor, measure]) : "";
  const digests = halving + runs.map(({ request }) => requestDigest(request)).join();
  return `sweep-${createHash("sha256").update(digests).digest("hex").slice(0, 16)}`;
}

export function sweepPayload(sweep: AnnouncedSweep, store: string | undefined): SweepPayload {
  const { name, plan, runs, language = "en", retryFailed } = sweep;
  const [first] = runs;
  if (!first) throw new Error("A sweep has at least one run.");
  const { threads, codeVersion } = first.request;
  const places = new Map(plan.settings.map((setting, place) => [setting.name, place]));
  return {
    format: 1,
    folder: `sweeps/${name.replace(/[^\w.-]+/g, "_")}-${sweepId(sweep).slice("sweep-".length, 14)}`,
    name,
    plan,
    language,
    retryFailed,
    threads,
    codeVersion,
    runs: runs.map(({ setting, seed, request: { dataDigest } }) => ({
      setting: places.get(setting.name) as number,
      seed,
      dataDigest,
    })),
    store,
  };
}

/** The runs of a sweep that came through the queue. */
export const plannedRuns = ({ plan, runs, threads, codeVersion }: SweepPayload): PlannedRun[] =>
  runs.map(({ setting: place, seed, dataDigest }, index) => {
    const setting = plan.settings[place];
    if (!setting) throw new Error(`The sweep has no setting ${place}.`);
    const { configuration } = setting;
    return { index, setting, seed, request: { configuration, seed, dataDigest, codeVersion, threads } };
  });

/** @throws Error when the folder would lie elsewhere than below its place */
export function reportFolder({ folder }: SweepPayload): string {
  if (isInside(folder)) return folder;
  throw new Error(`The report's folder ${folder} is not inside of its place.`);
}
