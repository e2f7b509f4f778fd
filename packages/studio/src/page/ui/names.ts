import type { RunRecord } from "../../protocol/messages.js";
import { type RunSettings, techniqueOf } from "../../protocol/settings.js";
import { decimal, percent } from "../texts/index.js";
import type { Texts } from "../texts/texts.js";

/** What a run is called on the page. */
export function nameOf(settings: RunSettings, { techniques }: Texts): string {
  const technique = techniqueOf(settings);
  if (technique) return techniques.names[technique];
  const { l2, l1, dropout, batchNorm, augmentation } = settings;
  const parts = [
    l2 > 0 && `L2 ${decimal(l2)}`,
    l1 > 0 && `L1 ${decimal(l1)}`,
    dropout > 0 && `${techniques.dropout} ${percent(dropout, 0)}`,
    batchNorm && techniques.batchNorm,
    augmentation && techniques.augmentation,
  ].filter((part) => part !== false && part !== null);
  return parts.join(" + ");
}

/** Colors of the report's techniques, after Okabe and Ito's set for color-blind readers; then more for other runs. */
const colors: Readonly<Record<string, string>> = {
  base: "base",
  l2: "l2",
  l1: "l1",
  dropout: "dropout",
  batchnorm: "batchnorm",
  augmentation: "augmentation",
};
const ownColors = ["own-1", "own-2", "own-3", "own-4"] as const;

/** The style sheet's color of a run. */
export function colorOf({ id, settings }: Pick<RunRecord, "id" | "settings">): string {
  const technique = techniqueOf(settings);
  const name = (technique && colors[technique]) ?? ownColors[id % ownColors.length];
  return `var(--t-${name})`;
}
