import type { RunRecord } from "../../protocol/messages.js";
import { type RunSettings, techniqueOf } from "../../protocol/settings.js";

/** What a run's name needs so that no other run has the same one. */
export interface Apart {
  /** Whether a run of the same network trains for another number of epochs. */
  readonly epochs: boolean;
  /** From 1: which one it is of the runs that train exactly alike. */
  readonly copy: number;
}

export interface ToldApart extends RunRecord {
  readonly apart: Apart;
}

/** Runs with what tells their names apart, by their numbers. */
export function toldApart(runs: Iterable<RunRecord>): ReadonlyMap<number, ToldApart> {
  const all = [...runs];
  const epochs = new Map<string, Set<number>>();
  for (const { settings } of all) {
    const network = networkKey(settings);
    epochs.set(network, (epochs.get(network) ?? new Set()).add(settings.epochs));
  }
  const copies = new Map<string, number>();
  return new Map(
    all.map((run) => {
      const { id, settings, offset = 0 } = run;
      const network = networkKey(settings);
      const key = [network, settings.seed, settings.epochs, offset].join(" ");
      const copy = (copies.get(key) ?? 0) + 1;
      copies.set(key, copy);
      return [id, { ...run, apart: { epochs: (epochs.get(network)?.size ?? 0) > 1, copy } }];
    }),
  );
}

/** What the name of a network says of it: not how far images are varied. */
const networkKey = (settings: RunSettings): string => {
  const { l2, l1, dropout, batchNorm, augmentation } = settings;
  return techniqueOf(settings) ?? [l2, l1, dropout, batchNorm, augmentation !== null].join();
};
