import { preload } from "trazo/web";
import { refusalOf } from "../../protocol/refusals.js";
import { cachedBytes } from "./cached-bytes.js";
import { FileWriter } from "./file-writer.js";
import type { FromWorker, ToWorker } from "./messages.js";

/** The digits are next to the page; this program is in its folder of assets. */
const address = new URL(/* @vite-ignore */ "../mnist.gz", import.meta.url);

const scope = globalThis as unknown as {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker): void;
};
const send = (message: FromWorker): void => scope.postMessage(message);

// They are on their way while the rest of the program is.
const digits = cachedBytes(address, (loaded, total) => send({ loaded, total }));
// The lab says why they did not come.
digits.catch(() => undefined);
const lab = import("./page-lab.js");
const opened = lab.then(({ openLab }) => openLab(digits, (event) => send({ event })));
// Who loses the connection later can train all the same.
const program = Promise.all([lab, preload("training")]);
opened.catch(() => undefined);
const writer = new FileWriter((cause) => void dieUnlessTraining(cause));
scope.onmessage = ({ data }) => void answer(data);

async function answer(message: ToWorker): Promise<void> {
  const { id } = message;
  if ("ping" in message) return send({ id, answer: null });
  try {
    await writer.prepare(message.question);
    send({ id, answer: await (await opened).ask(message.question) });
  } catch (error) {
    send({ id, refusal: refusalOf(error) });
  }
}

/** Browsers remember what could not be loaded for as long as this thread lives: the page starts another. */
function die(cause: unknown): void {
  setTimeout(() => {
    throw cause;
  });
}

/** A training would end with this thread: a file can wait for it. */
async function dieUnlessTraining(cause: unknown): Promise<void> {
  if (!(await opened).isTraining) die(cause);
}

program.then(
  () =>
    opened.then(
      () => send("ready"),
      (error: Error) => send({ failed: refusalOf(error) }),
    ),
  die,
);
