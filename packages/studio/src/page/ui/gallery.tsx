import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { Answer, Distortion } from "../../protocol/messages.js";
import { differenceCode } from "../code/compare.js";
import type { Runs } from "../state/runs.js";
import type { StudioState } from "../state/studio.js";
import { filled, filledFor, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { fileOf, nameOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** Most digits that are shown. */
const most = 48;

type TestReading = Answer<"readTest">;

/** Digits that one network reads and another does not, or, where a cell of the matrix is chosen, those in it. */
export function Gallery({
  studio,
  runs,
  reading,
  distortion,
  pair,
  onPair,
  cell,
}: {
  readonly studio: StudioState;
  readonly runs: Runs;
  readonly reading: TestReading;
  readonly distortion: Distortion;
  readonly pair: readonly [a: number, b: number];
  onPair(pair: readonly [number, number]): void;
  readonly cell: Signal<{ readonly label: number; readonly read: number } | undefined>;
}) {
  const { compare } = texts.value;
  const [a, b] = pair;
  const nameOfRun = (id: number): string => {
    const run = runs.get(id);
    return run ? nameOf(run, texts.value) : String(id);
  };
  const fileOfRun = (id: number): string => {
    const run = runs.get(id);
    return run ? fileOf(run) : "model.keras";
  };
  const readOf = (id: number): readonly number[] => reading.runs.find(({ run }) => run === id)?.read ?? [];
  const [readA, readB] = [readOf(a), readOf(b)];
  const asked = cell.value;
  const places = reading.labels.flatMap((label, i) => {
    const isShown = asked
      ? label === asked.label && readB[i] === asked.read
      : readA[i] === label && readB[i] !== label;
    return isShown ? [i] : [];
  });
  const shown = places.slice(0, most);
  const indices = shown.map((place) => reading.indices[place] as number);
  const pixels = useDigits(studio, indices, distortion);
  const choice = (chosen: number, heading: string, choose: (id: number) => void) => (
    <label>
      <span>{heading}</span>
      <select value={chosen} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
        {reading.runs.map(({ run }) => (
          <option key={run} value={run}>
            {nameOfRun(run)}
          </option>
        ))}
      </select>
    </label>
  );
  const names = { a: nameOfRun(a), b: nameOfRun(b) };
  const text = asked
    ? filledFor(places.length, [compare.filteredOne, compare.filtered], { ...asked, run: names.b })
    : places.length > 0
      ? filledFor(places.length, [compare.differenceOne, compare.difference], names)
      : filled(compare.noDifference, names);
  return (
    <section class="card gallery" aria-labelledby="gallery-heading">
      <CardHead
        id="gallery-heading"
        title={compare.gallery}
        figure="digits"
        programs={differenceCode(fileOfRun(a), fileOfRun(b), distortion)}
      >
        {choice(a, compare.readsA, (id) => onPair(id === b ? [b, a] : [id, b]))}
        {choice(b, compare.readsB, (id) => onPair(id === a ? [b, a] : [a, id]))}
        {asked && (
          <button
            type="button"
            onClick={() => {
              cell.value = undefined;
            }}
          >
            {compare.showAll}
          </button>
        )}
      </CardHead>
      <p>{text}</p>
      <ul class="digits">
        {shown.map((place, i) => {
          const label = reading.labels[place] as number;
          const caption = filled(compare.digitCaption, {
            label,
            ...names,
            readA: readA[place] as number,
            readB: readB[place] as number,
          });
          return (
            <li key={place}>
              <button
                type="button"
                title={caption}
                onClick={() => {
                  studio.show({ kind: "digit", index: reading.indices[place] as number });
                  studio.label.value = label;
                  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
                  scrollTo({ top: 0, behavior: isStill ? "auto" : "smooth" });
                }}
              >
                <Pixels bytes={pixels.subarray(784 * i, 784 * (i + 1))} width={28} height={28} />
                <span class="hidden">{caption}</span>
                <span aria-hidden="true">
                  {label} <em>{readB[place]}</em>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function useDigits(studio: StudioState, indices: readonly number[], distortion: Distortion): Uint8Array {
  const [pixels, setPixels] = useState("");
  const key = indices.join();
  useEffect(() => {
    let isStale = false;
    void studio.ask("digits", { indices, distortion }).then((answer) => {
      if (!isStale) setPixels(answer?.pixels ?? "");
    });
    return () => {
      isStale = true;
    };
  }, [studio, key, distortion]);
  return useMemo(() => fromBase64(pixels), [pixels]);
}
