import { parentPort, workerData } from "node:worker_threads";
import { prepare } from "@trazo/practice";
import { notebookData } from "@trazo/practice/published";
import { loadMnist, nodeRuntime, TrazoError } from "trazo";
import { Lab } from "../lab/lab.js";
import { publishedByNotebook } from "../lab/published.js";
import { Refused } from "../protocol/refusals.js";
import { keepPictures, keptPictures } from "./keep-pictures.js";
import type { FromLab, LabSettings, ToLab } from "./lab-messages.js";
import { NativeTrainer } from "./native-trainer.js";

const port = parentPort;
if (!port) throw new Error("This file is the program of a thread.");
const send = (message: FromLab): void => port.postMessage(message);

const fail = (id: number | undefined, error: unknown): void => {
  const { message, stack } = error as Error;
  const refusal = error instanceof Refused ? error.refusal : undefined;
  send({ id, failure: { message, stack, explained: error instanceof TrazoError, refusal } });
};

async function open({ dataDir, runsDir, threads }: LabSettings): Promise<Lab> {
  const data = prepare(await loadMnist(dataDir === undefined ? {} : { dir: dataDir }));
  const runtime = await nodeRuntime(threads === undefined ? {} : { threads });
  const trainer = new NativeTrainer(data, runtime, runsDir);
  const lab = new Lab(
    {
      engine: { kind: "native", library: runtime.library ?? runtime.name, threads: runtime.threads ?? 1 },
      data: { ...data, source: dataDir ?? "MNIST" },
      runtime,
      published: data.digest === notebookData ? publishedByNotebook() : {},
      keep: (run) => trainer.keep(run),
      kept: () => trainer.kept(),
      keepPictures: (run, model) => keepPictures(runsDir, run, model),
      keptPictures: () => keptPictures(runsDir, runtime),
      train: (job) => trainer.train(job),
    },
    (event) => send({ event }),
  );
  await lab.recall();
  return lab;
}

async function answer(lab: Lab, message: ToLab): Promise<void> {
  if (message === "close") {
    await lab.close();
    port?.close();
    return;
  }
  if ("forget" in message) return lab.forget(message.forget);
  try {
    send({ id: message.id, answer: await lab.ask(message.question) });
  } catch (error) {
    fail(message.id, error);
  }
}

try {
  const lab = await open(workerData as LabSettings);
  port.on("message", (message: ToLab) => void answer(lab, message));
  send("ready");
} catch (error) {
  fail(undefined, error);
}
