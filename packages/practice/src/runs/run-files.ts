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
  /** Of a run on a folder of pictures: which of them it was trained and tested on, and how. */
  pictures: "pictures.json",
  keras: "model.keras",
  onnx: "model.onnx",
  /** What the ONNX file's metadata say, for programs that cannot read them. */
  card: "model.json",
  report: "report.html",
  /** A folder: what the first of two stages of training left, where there are two. */
  head: "head",
} as const;
