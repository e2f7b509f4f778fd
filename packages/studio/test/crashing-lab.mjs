// A lab's thread that answers, and dies when it is told to forget a page called "die".
import { parentPort } from "node:worker_threads";

parentPort.postMessage("ready");
parentPort.on("message", (message) => {
  if (message === "close") parentPort.close();
  else if (message.forget === "die") process.exit(7);
  else if (message.question?.command === "hello") parentPort.postMessage({ id: message.id, answer: null });
});
