import { cpus } from "node:os";
import { type Runtime, version } from "../index.js";

/** Names and versions of what computes. */
export const softwareOf = (runtime: Runtime): string[] => [
  `trazo ${version}`,
  runtime.name,
  `Node ${process.versions.node}`,
];

/** The processor in words. */
export function machineName(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? process.arch}, ${cores.length} ${cores.length === 1 ? "core" : "cores"}`;
}
