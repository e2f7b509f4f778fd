import { lowerings } from "../lowering/registry.js";
import type { PlanHost } from "../plan/host.js";
import type { Computation, PlanSession, PlanSettings } from "../plan/session.js";
import type { Runtime, Session } from "../runtime/runtime.js";
import { encodeComputation, type TrainComputation } from "./graphs.js";
import type { StepInputs } from "./step-inputs.js";

/** What runs a computation as a plan, and the plan's operators for it. */
export type Planner = Pick<PlanSettings, "host" | "operators">;

/** A training computation that is ready to be loaded. */
export interface Completed {
  readonly computation: TrainComputation;
  readonly planner: Planner | undefined;
  readonly inputs?: StepInputs;
}

/** Plans and their kernels take a while to load, and programs that train nothing need none. */
const planning = () => import("../plan/planning.js");

/** Makes computations ready to run: as plans over one memory, or as graphs where a plan is not worth it. */
export class SessionMaker {
  readonly #runtime: () => Promise<Runtime>;
  readonly #arrayOf: (name: string) => Float32Array | undefined;
  #host: PlanHost | undefined;
  #hasNoRoom = false;

  /** @param arrayOf where an output of a computation goes, if it is to go somewhere */
  constructor(runtime: () => Promise<Runtime>, arrayOf: (name: string) => Float32Array | undefined) {
    this.#runtime = runtime;
    this.#arrayOf = arrayOf;
  }

  /** As a plan, or as a graph where there is no planner. */
  async load(computation: Computation, planner: Planner | undefined): Promise<Session> {
    if (planner) return await this.plan(computation, planner);
    const runtime = await this.#runtime();
    return await runtime.load(encodeComputation(computation, lowerings[runtime.lowering]));
  }

  async plan(computation: Computation, planner: Planner): Promise<PlanSession> {
    const lowering = lowerings[(await this.#runtime()).lowering];
    const { PlanSession } = await planning();
    return new PlanSession(computation, { ...planner, lowering, arrayOf: this.#arrayOf });
  }

  /** What runs a computation as a plan, over the model's memory; undefined where it is to be run as a graph. */
  async plannerFor(computation: Computation): Promise<Planner | undefined> {
    const { plan } = await this.#runtime();
    if (!plan || this.#hasNoRoom) return undefined;
    const { isWorthPlanning, operatorsFor, PlanHost } = await planning();
    const operators = await operatorsFor(computation, plan);
    if (!isWorthPlanning(computation, plan.choice, operators)) return undefined;
    try {
      this.#host ??= new PlanHost(plan);
    } catch (error) {
      // Graphs take no more address space than they use.
      if (plan.choice === "always") throw error;
      this.#hasNoRoom = true;
    }
    return this.#host && { host: this.#host, operators };
  }

  /** Frees the plans' memory. */
  release(): void {
    this.#host?.release();
  }
}
