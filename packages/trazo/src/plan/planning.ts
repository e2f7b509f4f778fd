/** What an engine needs to run computations as plans, loaded together when one is first wanted. */

export { isWorthPlanning } from "./compile.js";
export { PlanHost } from "./host.js";
export { operatorsFor } from "./operators-for.js";
export { PlanSession } from "./session.js";
