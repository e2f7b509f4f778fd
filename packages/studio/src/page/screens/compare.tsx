import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { isLagging } from "../../protocol/lagging.js";
import type { Answer, Distortion, DistortionName } from "../../protocol/messages.js";
import { distortionNames } from "../../protocol/messages.js";
import { knobLimits, trainingKey } from "../../protocol/settings.js";
import { compareCode } from "../code/compare.js";
import type { Pair, Screen } from "../state/address.js";
import type { Change } from "../state/changes.js";
import type { StudioState } from "../state/studio.js";
import { counted, filled, texts } from "../texts/index.js";
import { ByHeart } from "../ui/by-heart.js";
import { CardHead } from "../ui/card-head.js";
import { Changes } from "../ui/changes.js";
import { ConfusionMatrix } from "../ui/confusion.js";
import { DistortionSliders, distortionText } from "../ui/distortion-sliders.js";
import { ErrorBars, ErrorCurves } from "../ui/errors.js";
import { Gallery } from "../ui/gallery.js";
import { fileOf, nameOf } from "../ui/names.js";
import { Pad } from "../ui/pad.js";
import { SideBySide } from "../ui/side-by-side.js";
import { trainAll } from "../ui/techniques.js";

/** What a page shows of the test digits: all of them by every network, or none yet. */
export type TestReading = Answer<"readTest">;

/** One digit, and a thousand of them, read by every network. */
export function Compare({
  studio,
  changes,
  go,
}: {
  readonly studio: StudioState;
  readonly changes: ReadonlySignal<readonly Change[]>;
  go(screen: Screen, heading: string): void;
}) {
  const { compare, techniques } = texts.value;
  const { by, pair, cell } = studio;
  const reading = useSignal<TestReading | undefined>(undefined);
  const runs = studio.runs.value;
  const distortion = studio.distortion.value;
  // Readings are asked for again when a network more can read.
  const readers = [...runs.values()].filter(({ status }) => status === "done" || status === "stopped");
  const key = `${studio.opening.value}: ${readers.map(({ id }) => id).join()}`;

  useEffect(() => {
    // A slider on its way is not worth a thousand digits at each place.
    let isStale = false;
    const timer = setTimeout(async () => {
      const answer = await studio.ask("readTest", { distortion });
      if (!isStale && answer) reading.value = answer;
    }, 120);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [studio, distortion, key]);

  const found = reading.value;
  const files = readers.map(fileOf);
  const chosen = useMemo(() => knownPair(pair.value, found) ?? widestPair(found), [pair.value, found]);
  return (
    <div class="compare">
      <Pad studio={studio} />
      <SideBySide studio={studio} />
      {readers.length < 2 && (
        <p class="card callout">
          {compare.needRuns}{" "}
          <button type="button" class="primary" onClick={() => void trainAll(studio)}>
            {techniques.trainAll}
          </button>
        </p>
      )}
      <Changes changes={changes.value} runs={runs} go={go} />
      <section class="card thousand" aria-labelledby="thousand-heading">
        <CardHead
          id="thousand-heading"
          title={filled(compare.allDigits, {
            digits: counted(found?.labels.length ?? studio.data.value?.compared ?? 0),
          })}
          figure="errors"
          programs={compareCode(files, distortion)}
        />
        <DistortionSliders
          distortion={distortion}
          change={(to) => {
            const name = changedName(distortion, to);
            if (name) by.value = name;
            studio.show(studio.subject.value, to);
          }}
        />
        <p class="note only-figure">{distortionText(distortion)}</p>
        {readers.length > 0 && (
          <div class="tools">
            <button type="button" onClick={() => void repeatAll(studio)}>
              {compare.repeat}
            </button>
          </div>
        )}
        {found && found.runs.length > 0 ? (
          <ErrorBars runs={runs} reading={found} />
        ) : (
          <p class="note">{found ? compare.noneYet : compare.measuring}</p>
        )}
        {readers.filter(isLagging).map((run) => (
          <p key={run.id} class="callout">
            {filled(compare.lagging, { run: nameOf(run, texts.value) })}
          </p>
        ))}
      </section>
      <ErrorCurves
        studio={studio}
        runs={runs}
        by={by}
        readers={key}
        amount={amountOf(distortion, by.value)}
      />
      <ByHeart studio={studio} />
      {found && chosen && (
        <>
          <Gallery
            studio={studio}
            runs={runs}
            reading={found}
            distortion={distortion}
            pair={chosen}
            onPair={(next) => {
              pair.value = next;
              cell.value = undefined;
            }}
            cell={cell}
          />
          <ConfusionMatrix runs={runs} reading={found} run={chosen[1]} distortion={distortion} cell={cell} />
        </>
      )}
    </div>
  );
}

/** Trains everything that is finished again, from the next seed, so that what is chance can be told from what is not. */
async function repeatAll(studio: StudioState): Promise<void> {
  const runs = [...studio.runs.value.values()].filter(({ status, offset }) => status === "done" && !offset);
  const last = new Map(runs.map(({ settings }) => [`${trainingKey(settings)} ${settings.epochs}`, settings]));
  const nextSeed = (seed: number): number => (seed + 1) % (knobLimits.seed.most + 1);
  await studio.queue([...last.values()].map((one) => ({ ...one, seed: nextSeed(one.seed) })));
}

/** A pair, if both of it can read. */
const knownPair = (pair: Pair | undefined, reading: TestReading | undefined): Pair | undefined =>
  pair?.every((id) => reading?.runs.some(({ run }) => run === id)) ? pair : undefined;

/** The pair of which one reads most that the other does not. */
function widestPair(reading: TestReading | undefined): readonly [number, number] | undefined {
  if (!reading || reading.runs.length < 2) return undefined;
  const errors = reading.runs.map(({ run, read }) => ({
    run,
    wrong: read.filter((label, i) => label !== reading.labels[i]).length,
  }));
  errors.sort((a, b) => a.wrong - b.wrong);
  return [errors[0]?.run as number, errors.at(-1)?.run as number];
}

function changedName(before: Distortion, after: Distortion): DistortionName | undefined {
  return distortionNames.find((name) => amountOf(before, name) !== amountOf(after, name));
}

/** How far a digit is distorted in one way. */
function amountOf({ right, down, rotation, zoom, noise }: Distortion, by: DistortionName): number {
  return { shift: Math.max(Math.abs(right), Math.abs(down)), rotation: Math.abs(rotation), zoom, noise }[by];
}
