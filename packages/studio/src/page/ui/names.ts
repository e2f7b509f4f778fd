import type { RunRecord, Subject } from "../../protocol/messages.js";
import { isSameRun, type RunSettings, techniqueOf, trainingKey } from "../../protocol/settings.js";
import type { Runs } from "../state/runs.js";
import type { Apart } from "../state/told-apart.js";
import { counted, decimal, filled, filledFor, percent } from "../texts/index.js";
import type { Texts } from "../texts/texts.js";

type Named = Pick<RunRecord, "settings" | "offset">;

/** The page's runs know what tells their names apart. */
type Titled = Named & { readonly apart?: Apart | undefined };

/** The seed that goes without saying. */
const usualSeed = 1;

/** What a run is called on the page: no two runs of it are called the same. */
export function nameOf({ settings, offset = 0, apart }: Titled, texts: Texts): string {
  const parts = [
    repeatedName({ settings, apart }, texts),
    settings.seed !== usualSeed && filled(texts.runs.seed, { seed: settings.seed }),
    offset > 0 && filled(texts.runs.from, { step: counted(offset) }),
  ];
  const name = parts.filter((part) => part !== false).join(" · ");
  return apart && apart.copy > 1 ? `${name} (${apart.copy})` : name;
}

/** Without its seed, as what repeats it is called, too. */
function repeatedName({ settings, apart }: Pick<Titled, "settings" | "apart">, texts: Texts): string {
  const name = networkName(settings, texts);
  if (!apart?.epochs) return name;
  return `${name} · ${epochsText(settings.epochs, texts)}`;
}

export const epochsText = (epochs: number, { runs }: Texts): string =>
  filledFor(epochs, [runs.oneEpoch, runs.epochs]);

function networkName(settings: RunSettings, { techniques }: Texts): string {
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
export function colorOf({ id, settings, offset = 0 }: Named & Pick<RunRecord, "id">): string {
  const technique = offset > 0 ? undefined : techniqueOf(settings);
  const name = (technique && colors[technique]) ?? ownColors[id % ownColors.length];
  return `var(--t-${name})`;
}

/** Runs that differ in nothing but their seeds. */
export interface Repeated {
  readonly name: string;
  readonly color: string;
  readonly runs: readonly RunRecord[];
}

/** Runs by what they train, each with its repetitions from other seeds. */
export function repeatedRuns(runs: readonly RunRecord[], texts: Texts): readonly Repeated[] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const { settings, offset = 0 } = run;
    // The same seed gives the same network again, which says nothing new.
    const isRepeated = (other: RunRecord): boolean =>
      (other.step > run.step || (other.step === run.step && other.id < run.id)) &&
      !other.offset &&
      isSameRun(other.settings, settings);
    if (offset === 0 && runs.some(isRepeated)) continue;
    // A run that continues another stands for itself.
    const key = offset > 0 ? `${run.id}` : `${trainingKey(settings)} ${settings.epochs}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].map((found) => {
    const [first] = found as [RunRecord];
    const name = found.length > 1 ? repeatedName(first, texts) : nameOf(first, texts);
    return { name, color: colorOf(first), runs: found };
  });
}

/** The test digit that a program reads in place of what is shown: that one, or for a drawing the first. */
export const digitOf = (subject: Subject): number => (subject.kind === "digit" ? subject.index : 0);

/** What the file of its network is called. */
export const fileOf = ({ settings, offset = 0 }: Named): string =>
  `${techniqueOf(settings) ?? trainingKey(settings)}${offset > 0 ? `-from-step${offset}` : ""}-seed${settings.seed}.keras`;

/** The files of the networks of which something is shown. */
export const filesOf = (shown: readonly { readonly run: number }[], runs: Runs): readonly string[] =>
  shown.flatMap(({ run: id }) => {
    const run = runs.get(id);
    return run ? [fileOf(run)] : [];
  });
