import type { CameraProblem } from "../state/problem.js";

/** What the browser's refusal means. */
export function cameraProblemOf(error: unknown): CameraProblem {
  // Pages that are not secure are not even asked.
  if (!("mediaDevices" in navigator)) return "insecure";
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy";
}
