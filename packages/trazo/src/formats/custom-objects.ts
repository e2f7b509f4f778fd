import { type CustomClass, makers } from "../custom-class.js";
import { TrazoError } from "../errors.js";
import { listOption, requireKnownOptions } from "../known-options.js";
import type { Layer } from "../layers/layer.js";
import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";

/** A user's own classes that a file may hold. */
export interface CustomObjects {
  /** Made with `defineLayer`. Default none. */
  readonly layers?: readonly CustomClass<Layer>[] | undefined;
  /** Made with `defineLoss`. Default none. */
  readonly losses?: readonly CustomClass<Loss>[] | undefined;
  /** Made with `defineMetric`. Default none. */
  readonly metrics?: readonly CustomClass<Metric>[] | undefined;
}

/** @throws TrazoError for what are not lists of classes */
export function requireCustomObjects(custom: CustomObjects): void {
  requireKnownOptions(custom, { layers: true, losses: true, metrics: true }, "loadModel: customObjects");
  for (const [kind, maker] of Object.entries(makers)) {
    const what = `loadModel: customObjects.${kind}`;
    const list = listOption<Partial<CustomClass<object>>>(custom[kind as keyof CustomObjects], what);
    if (list.every((entry) => entry?.definition && entry.registeredName)) continue;
    throw new TrazoError(`${what} must hold what ${maker}({ … }) gave.`);
  }
}
