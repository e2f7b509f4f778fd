import type { Callback } from "./callback.js";

/** What `fit` returns: the epochs that ran (from 0), and for every key of the logs one value an epoch. */
export interface History {
  readonly epoch: number[];
  readonly history: Record<string, number[]>;
}

/** The callback that fills a history. It comes after the user's own, so that it sees what they add to the logs. */
export function historyCallback(history: History): Callback {
  return {
    getState: () => ({ epoch: [...history.epoch], history: { ...history.history } }),
    setState(state) {
      const { epoch, history: values } = state as unknown as History;
      history.epoch.splice(0, history.epoch.length, ...epoch);
      Object.assign(history.history, values);
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
