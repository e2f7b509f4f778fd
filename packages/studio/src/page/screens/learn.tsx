import type { ChangesState } from "../state/changes.js";
import type { StudioState } from "../state/studio.js";
import { AnswerView } from "../ui/answer.js";
import { Controls } from "../ui/controls.js";
import { Curves } from "../ui/curves.js";
import { NetworkView } from "../ui/network.js";
import { Pad } from "../ui/pad.js";
import { RunList } from "../ui/run-list.js";
import { Techniques } from "../ui/techniques.js";

/** Draw, and watch a network learn to read it. */
export function Learn({ studio, changes }: { readonly studio: StudioState; readonly changes: ChangesState }) {
  return (
    <div class="learn">
      <Controls studio={studio} changes={changes} />
      <Pad studio={studio} />
      <AnswerView studio={studio} />
      <NetworkView studio={studio} />
      <Curves studio={studio} />
      <RunList studio={studio} changes={changes.changes} />
      <Techniques studio={studio} />
    </div>
  );
}
