import type { ConfigNode } from "../configuration/config-node.js";
import type { RunConfiguration } from "../configuration/run-configuration.js";
import { makeTyped } from "../configuration/typed-options.js";

/**
 * What settings are compared by where a sweep does not say: what the best epochs are chosen by. Of settings with different losses, whose
 * values cannot be compared, it is the first metric that all have.
 *
 * @param node the sweep, for messages
 * @throws TrazoError when the losses differ and no metric is known that all settings have
 */
export function defaultMeasure(configurations: readonly RunConfiguration[], node: ConfigNode): string {
  const [{ monitor }] = configurations as readonly [RunConfiguration];
  const losses = new Set(configurations.map(lossOf));
  if (!/^(val_)?loss$/.test(monitor) || losses.size === 1) return monitor;
  const [first = [], ...others] = configurations.map(metricsOf);
  const common = first.find((name) => others.every((names) => names.includes(name)));
  return common === undefined ? node.fail((text) => text.lossesDiffer) : `val_${common}`;
}

/** All that the value of a configuration's loss depends on besides the predictions, penalties of the weights included. */
const lossOf = ({ technique, network, networkDigest, loss }: RunConfiguration): string =>
  JSON.stringify([technique, loss ?? networkDigest, penaltiesIn(network)]);

const penaltiesIn = (network: RunConfiguration["network"]): unknown[] =>
  typeof network === "string" || network === undefined
    ? []
    : network.flatMap((layer): unknown[] =>
        layer.type === "activityRegularization"
          ? [layer]
          : Object.entries(layer).filter(([name]) => /Regularizer$/.test(name)),
      );

/** The metrics in the logs; those of a Keras file are not known. */
function metricsOf({ metrics, networkDigest }: RunConfiguration): string[] {
  if (!metrics) return networkDigest === undefined ? ["accuracy"] : [];
  return metrics.map((metric) => {
    const made = makeTyped(metric, "metric", 1);
    return typeof made === "string" ? made : (made as { readonly name: string }).name;
  });
}
