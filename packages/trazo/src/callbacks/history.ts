import { StateFields } from "../state/state-fields.js";
import type { Callback } from "./callback.js";

/** What `fit` returns: the epochs that ran (from 0), and for every key of the logs one value per epoch. */
export interface History {
  readonly epoch: number[];
  readonly history: Record<string, number[]>;
}

/** The callback that fills a history. It comes after the user's own, so that it sees what they add to the logs. */
export function historyCallback(history: History): Callback {
  return {
    getState: () => ({ epoch: [...history.epoch], history: { ...history.history } }),
    setState(state) {
      const saved = new StateFields(state, "History");
      const values = saved.object("history");
      const epochs = saved.numbers("epoch");
      const series = values.names().map((name) => [name, values.numbers(name)] as const);
      history.epoch.length = 0;
      for (const epoch of epochs) history.epoch.push(epoch);
      Object.assign(history.history, Object.fromEntries(series));
    },
    onEpochEnd(epoch, logs) {
      history.epoch.push(epoch);
      for (const [key, value] of Object.entries(logs)) {
        const values = history.history[key] ?? [];
        values.push(value);
        history.history[key] = values;
      }
    },
  };
}
