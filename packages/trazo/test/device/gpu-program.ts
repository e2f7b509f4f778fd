/** Trains on the processor and on a GPU, and prints the losses of both. */
import { layers, nodeRuntime, sequential } from "../../src/index.js";
import { smallTraining } from "./small-training.js";

const library = { layers, sequential };
const processor = await smallTraining(library, await nodeRuntime());
const runtime = await nodeRuntime({ device: "webgpu" });
const gpu = await smallTraining(library, runtime);
console.log(JSON.stringify({ name: runtime.name, processor, gpu }));
