import type { Prediction } from "../answer.js";
import type { ErrorBody } from "../request-error.js";

/** What the server says of a picture. */
export type Answer = Prediction | ErrorBody["error"] | "unreachable";

/** Asks the server about a picture. @param top how many of the most probable classes to list */
export async function predict(picture: Blob, top: number): Promise<Answer> {
  try {
    const response = await fetch(`predict?input=true&top=${top}`, {
      method: "POST",
      // The server recognizes the format by itself; it only has to know that this is meant to be a picture.
      headers: { "content-type": picture.type.startsWith("image/") ? picture.type : "image/x-unknown" },
      body: picture,
    });
    const body = (await response.json()) as ErrorBody | { readonly predictions: readonly [Prediction] };
    return "error" in body ? body.error : body.predictions[0];
  } catch {
    return "unreachable";
  }
}

export interface Asker {
  /** Asks now, or once the question before has its answer; then only the latest one is asked. */
  ask(question: () => Promise<Answer>): void;
  /** From now on, answers to earlier questions are not told. */
  forget(): void;
}

/** One question at a time. @param tell told the answers */
export function createAsker(tell: (answer: Answer) => void): Asker {
  let next: (() => Promise<Answer>) | undefined;
  let isBusy = false;
  let round = 0;
  const run = async (): Promise<void> => {
    isBusy = true;
    while (next) {
      const question = next;
      const asked = round;
      next = undefined;
      const answer = await question();
      if (asked === round) tell(answer);
    }
    isBusy = false;
  };
  return {
    ask(question) {
      next = question;
      if (!isBusy) void run();
    },
    forget() {
      next = undefined;
      round++;
    },
  };
}
