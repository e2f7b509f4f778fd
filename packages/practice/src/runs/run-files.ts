/** The names of the files in a run's folder. */
export const runFiles = {
  config: "config.json",
  result: "result.json",
  history: "history.jsonl",
  historyCsv: "history.csv",
  events: "events",
  bestModel: "best_model.h5",
  lastModel: "last_model.h5",
  state: "state",
} as const;
