import type { CheckPoint, EpochPoint, RunRecord, RunStatus, Score, StepPoint } from "../protocol/messages.js";
import type { Failure } from "../protocol/refusals.js";
import type { RunSettings } from "../protocol/settings.js";
import { Moments } from "./moments.js";
import type { KeptRun } from "./ports.js";

/** The weights with which a run begins, and for how many steps they had been trained. */
export interface RunBeginning {
  readonly offset: number;
  readonly weights: readonly Float32Array[];
}

/** What is known of a run, from its beginning on. */
export class RunLog {
  readonly id: number;
  readonly settings: RunSettings;
  readonly stepsPerEpoch: number;
  /** Where it is kept once it is done, if that has a path. */
  folder: string | undefined;
  /** Steps, and weights, with which it begins; 0 and undefined: with new ones. */
  readonly offset: number;
  beginning: readonly Float32Array[] | undefined;
  readonly moments = new Moments();
  readonly points: StepPoint[] = [];
  readonly checks: CheckPoint[] = [];
  readonly epochs: EpochPoint[] = [];
  status: RunStatus = "waiting";
  step = 0;
  rate = 0;
  test: Score | undefined;
  failure: Failure | undefined;
  isUnkept = false;
  /** What the network had learned when the run was over. */
  weights: readonly Float32Array[] | undefined;

  constructor(
    id: number,
    settings: RunSettings,
    stepsPerEpoch: number,
    { offset = 0, weights }: Partial<RunBeginning> = {},
  ) {
    this.offset = offset;
    this.beginning = weights;
    this.id = id;
    this.settings = settings;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  /** A run that was kept. */
  static of(id: number, { record, weights }: KeptRun): RunLog {
    const run = new RunLog(id, record.settings, record.stepsPerEpoch, {
      offset: record.offset ?? 0,
    });
    run.folder = record.folder;
    run.points.push(...record.points);
    run.checks.push(...record.checks);
    run.epochs.push(...record.epochs);
    run.status = record.status;
    run.step = record.step;
    run.test = record.test;
    run.weights = weights;
    return run;
  }

  /** Without its curves. */
  get brief(): Omit<RunRecord, "points" | "checks" | "epochs" | "moments"> {
    const { id, settings, status, step, stepsPerEpoch, test, folder, failure, rate, offset, isUnkept } = this;
    return {
      id,
      settings,
      status,
      step,
      stepsPerEpoch,
      rate,
      ...(offset > 0 && { offset }),
      ...(test && { test }),
      ...(folder !== undefined && { folder }),
      ...(isUnkept && { isUnkept }),
      ...(failure !== undefined && { failure }),
    };
  }

  get record(): RunRecord {
    const { points, checks, epochs, moments } = this;
    return { ...this.brief, points, checks, epochs, moments: moments.steps };
  }
}
