import type { Failure } from "../../protocol/refusals.js";
import type { Problem } from "../state/problem.js";
import { filled, isolated, texts } from "../texts/index.js";

/** What the page says of a problem: what is wrong, and what to do. */
export function problemText(problem: Problem): string {
  const { problems } = texts.value;
  switch (problem.kind) {
    case "huge":
      return filled(problems.huge, { name: isolated(problem.name), most: problem.most / 1e6 });
    case "unreadable":
      return filled(problems.unreadable, { name: isolated(problem.name) });
    case "noDigit":
      // People count up to the last one.
      return filled(problems.noDigit, { index: problem.index, last: problem.count - 1 });
    default:
      return filled(problems[problem.kind], { ...problem });
  }
}

/** Why a training could not be finished. */
export const failureText = (failure: Failure = { kind: "other", message: "" }): string =>
  filled(texts.value.failures[failure.kind], { ...failure });
