/** What `nodeRuntime` makes of a machine's GPU: by name, and where it is to choose. */
import { nodeRuntime } from "../../src/index.js";

const found: Record<string, string> = {};
for (const device of ["webgpu", "auto"] as const) {
  found[device] = await nodeRuntime({ device }).then(
    ({ name }) => name,
    ({ message }: Error) => message,
  );
}
console.log(JSON.stringify(found));
