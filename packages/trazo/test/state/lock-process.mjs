// Takes folders as it is told to, a line each on standard input: "take FOLDER", "check", "release". Answers in lines of JSON.
import { createInterface } from "node:readline";
import { lockFolder } from "../../dist/node/index.js";

const say = (answer) => void process.stdout.write(`${JSON.stringify(answer)}\n`);
let lock;
const orders = {
  async take(folder) {
    lock = await lockFolder(folder, { print: (waiting) => say({ waiting }) });
    return "held";
  },
  async check() {
    await lock.requireNotTaken();
    await lock.requireHeld();
    return "still held";
  },
  async release() {
    await lock.release();
    return "released";
  },
};
say({ pid: process.pid });
for await (const line of createInterface({ input: process.stdin })) {
  const [order, folder] = line.split(" ");
  try {
    say({ done: await orders[order](folder) });
  } catch (error) {
    say({ refused: error.message });
  }
}
