import * as trazo from "trazo";
import { train } from "../train.js";

train(trazo, () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
