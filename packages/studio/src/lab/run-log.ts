import type { EpochPoint, RunRecord, RunStatus, Score, StepPoint } from "../protocol/messages.js";
import type { RunSettings } from "../protocol/settings.js";
import { Moments } from "./moments.js";
import type { KeptRun } from "./ports.js";

/** What is known of a run, from its beginning on. */
export class RunLog {
  readonly id: number;
  readonly settings: RunSettings;
  readonly stepsPerEpoch: number;
  readonly folder: string | undefined;
  readonly moments = new Moments();
  readonly points: StepPoint[] = [];
  readonly checks: StepPoint[] = [];
  readonly epochs: EpochPoint[] = [];
  status: RunStatus = "waiting";
  step = 0;
  rate = 0;
  test: Score | undefined;
  failure: string | undefined;
  /** What the network had learned when the run was over. */
  weights: readonly Float32Array[] | undefined;

  constructor(id: number, settings: RunSettings, stepsPerEpoch: number, folder: string | undefined) {
    this.id = id;
    this.settings = settings;
    this.stepsPerEpoch = stepsPerEpoch;
    this.folder = folder;
  }

  /** A run that was kept. */
  static of(id: number, { record, weights }: KeptRun): RunLog {
    const run = new RunLog(id, record.settings, record.stepsPerEpoch, record.folder);
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
    const { id, settings, status, step, stepsPerEpoch, test, folder, failure, rate } = this;
    return {
      id,
      settings,
      status,
      step,
      stepsPerEpoch,
      rate,
      ...(test && { test }),
      ...(folder !== undefined && { folder }),
      ...(failure !== undefined && { failure }),
    };
  }

  get record(): RunRecord {
    const { points, checks, epochs, moments } = this;
    return { ...this.brief, points, checks, epochs, moments: moments.steps };
  }
}
