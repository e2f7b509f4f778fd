import type { Contender, Task } from "../../browser/contender.js";

/** Makes the network ready to be trained; undefined where the peer cannot train it. */
export declare const contender: (task: Task, backend: string) => Promise<Contender>;
