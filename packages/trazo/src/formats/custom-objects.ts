import type { Constraint } from "../constraints/constraint.js";
import { TrazoError } from "../errors.js";
import type { Initializer } from "../initializers/initializer.js";
import { listOption, requireKnownOptions } from "../known-options.js";
import type { AnyLayer } from "../layers/layer.js";
import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import type { LearningRateSchedule } from "../schedules/schedule.js";
import type { CustomClass } from "../schema/custom-class.js";
import { makers, type OwnKind } from "../schema/own-classes.js";

/** A user's own classes that a file may hold. */
export interface CustomObjects {
  /** Made with `defineLayer` and `defineMergeLayer`. Default none. */
  readonly layers?: readonly CustomClass<AnyLayer>[] | undefined;
  /** Made with `defineLoss`. Default none. */
  readonly losses?: readonly CustomClass<Loss>[] | undefined;
  /** Made with `defineMetric`. Default none. */
  readonly metrics?: readonly CustomClass<Metric>[] | undefined;
  /** Made with `defineOptimizer`. Default none. */
  readonly optimizers?: readonly CustomClass<Optimizer>[] | undefined;
  /** Made with `defineSchedule`. Default none. */
  readonly schedules?: readonly CustomClass<LearningRateSchedule>[] | undefined;
  /** Made with `defineInitializer`. Default none. */
  readonly initializers?: readonly CustomClass<Initializer>[] | undefined;
  /** Made with `defineRegularizer`. Default none. */
  readonly regularizers?: readonly CustomClass<Regularizer>[] | undefined;
  /** Made with `defineConstraint`. Default none. */
  readonly constraints?: readonly CustomClass<Constraint>[] | undefined;
}

const kinds = Object.keys(makers) as OwnKind[];
const known = Object.fromEntries(kinds.map((kind) => [kind, true])) as Record<OwnKind, true>;

/** @throws TrazoError for what are not lists of classes */
export function requireCustomObjects(custom: CustomObjects, caller: string): void {
  requireKnownOptions(custom, known, `${caller}: customObjects`);
  for (const kind of kinds) {
    const what = `${caller}: customObjects.${kind}`;
    const list = listOption<Partial<CustomClass<object>>>(custom[kind], what);
    if (list.every((entry) => entry?.definition && entry.registeredName)) continue;
    throw new TrazoError(`${what} must hold what ${makers[kind]}({ … }) gave.`);
  }
}
