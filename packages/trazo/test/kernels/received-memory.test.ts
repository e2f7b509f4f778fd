import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { MessageChannel, Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { receivedMemory, sharedMemory } from "../../src/kernels/webassembly.js";

const rounds = 300;
const pagesAfterwards = 400;

/** Takes one memory per round from the port, and counts those that are shorter than they have become. */
const thread = `
  const { parentPort, receiveMessageOnPort, workerData } = require("node:worker_threads");
  const { words, port, receivedMemory } = workerData;
  const receive = eval(receivedMemory);
  parentPort.postMessage("ready");
  for (let round = 1; round <= ${rounds}; round++) {
    while (Atomics.load(words, 0) !== round) Atomics.wait(words, 0, round - 1, 5);
    let letter;
    while (!(letter = receiveMessageOnPort(port)));
    while (Atomics.load(words, 4) !== round);
    const memory = receive(letter.message);
    if (memory.buffer.byteLength !== Atomics.load(words, 1)) Atomics.add(words, 2, 1);
    Atomics.store(words, 3, round);
  }
`;

it("a memory that grows while another thread receives it is as long there as it is here", async () => {
  const words = new Int32Array(new SharedArrayBuffer(20));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(thread, {
    eval: true,
    workerData: { words, port: port2, receivedMemory: `(${receivedMemory})` },
    transferList: [port2],
  });
  await once(worker, "message");
  for (let round = 1; round <= rounds; round++) {
    const memory = sharedMemory(1, 1 + pagesAfterwards);
    port1.postMessage(memory);
    Atomics.store(words, 0, round);
    Atomics.notify(words, 0);
    for (let page = 0; page < pagesAfterwards; page++) memory.grow(1);
    Atomics.store(words, 1, memory.buffer.byteLength);
    Atomics.store(words, 4, round);
    while (Atomics.load(words, 3) !== round) await setImmediate();
  }
  port1.close();
  await worker.terminate();
  expect({ received: words[3], short: words[2] }).toEqual({ received: rounds, short: 0 });
});
