// From wherever the files of the package are served.
import * as trazo from "../node_modules/trazo/dist/browser/index.js";
import { train } from "../train.js";

train(trazo);
