import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { Answer } from "../../protocol/messages.js";
import { filled, fixed, texts } from "../texts/index.js";
import { Pixels } from "./pixels.js";

const imageSide = 28;
const kernelSide = 5;
const mapSide = imageSide - kernelSide + 1;
const mapCount = 6;
/** Milliseconds that the kernel stays at a place when it goes by itself. */
const stepMs = 220;

/** One kernel of the first convolution on its way over the digit, with the sum that it makes at each place. */
export function KernelView({
  inside: { seen, kernels, biases },
  filter,
}: {
  readonly inside: Answer<"inside">;
  readonly filter: Signal<number>;
}) {
  const { inside: words } = texts.value;
  const map = filter.value;
  const [place, setPlace] = useState(() => 10 * mapSide + 11);
  const [goes, setGoes] = useState(() => !matchMedia("(prefers-reduced-motion: reduce)").matches);
  const pixels = useMemo(() => fromBase64(seen), [seen]);
  const kernel = kernels.slice(map * kernelSide * kernelSide, (map + 1) * kernelSide * kernelSide);
  const bias = biases[map] ?? 0;
  const maps = useMemo(() => outputs(pixels, kernels, biases), [pixels, kernels, biases]);
  useEffect(() => {
    if (!goes) return;
    const timer = setInterval(() => setPlace((at) => nextInked(at, pixels)), stepMs);
    return () => clearInterval(timer);
  }, [goes, pixels]);

  if (pixels.length === 0) return <p>{texts.value.answer.nothing}</p>;
  const [row, column] = [Math.floor(place / mapSide), place % mapSide];
  const under = kernel.map((_, i) => {
    const at = (row + Math.floor(i / kernelSide)) * imageSide + column + (i % kernelSide);
    return (pixels[at] ?? 0) / 255;
  });
  const sum = under.reduce((total, value, i) => total + value * (kernel[i] ?? 0), 0) + bias;
  const largest = Math.max(...kernel.map(Math.abs), 1e-9);
  const window = { "--row": row, "--column": column };
  return (
    <div class="kernel-view">
      <fieldset class="choice">
        <legend class="hidden">{words.filter}</legend>
        {Array.from({ length: mapCount }, (_, i) => (
          <button
            type="button"
            aria-pressed={i === map}
            key={i}
            onClick={() => {
              filter.value = i;
            }}
          >
            <KernelPicture kernel={kernels.slice(i * 25, (i + 1) * 25)} />
            <span class="hidden">{filled(words.filterName, { number: i + 1 })}</span>
          </button>
        ))}
      </fieldset>
      <div class="stage">
        <figure>
          <div class="framed input-frame" style={window}>
            <Pixels bytes={pixels} width={imageSide} height={imageSide} label={texts.value.answer.seen} />
            <i class="window" />
          </div>
          <figcaption>{texts.value.network.input}</figcaption>
        </figure>
        <figure>
          <table class="products" aria-label={words.products}>
            <tbody>
              {Array.from({ length: kernelSide }, (_, r) => (
                <tr key={r}>
                  {Array.from({ length: kernelSide }, (_, c) => {
                    const i = r * kernelSide + c;
                    const weight = kernel[i] ?? 0;
                    const value = under[i] ?? 0;
                    return (
                      <td
                        key={c}
                        class={weight >= 0 ? "positive" : "negative"}
                        style={{ "--share": Math.abs(weight) / largest, "--ink": value }}
                      >
                        <span>{fixed(value)}</span>
                        <span>×{fixed(weight)}</span>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          <figcaption>{words.productsHint}</figcaption>
        </figure>
        <p class="sum">
          {filled(words.sum, {
            sum: fixed(sum - bias),
            bias: fixed(bias),
            total: fixed(sum),
            value: fixed(Math.max(0, sum)),
          })}
        </p>
        <figure>
          <div class="framed output-frame" style={window}>
            <Pixels
              bytes={maps[map] ?? new Uint8Array(mapSide * mapSide)}
              width={mapSide}
              height={mapSide}
              label={words.map}
            />
            <i class="window" />
          </div>
          <figcaption>{words.map}</figcaption>
        </figure>
      </div>
      <div class="walk">
        <button type="button" aria-pressed={goes} onClick={() => setGoes(!goes)}>
          {goes ? texts.value.controls.pause : words.walk}
        </button>
        <label>
          <span>{words.place}</span>
          <input
            type="range"
            min={0}
            max={mapSide * mapSide - 1}
            value={place}
            onInput={({ currentTarget }) => {
              setGoes(false);
              setPlace(Number(currentTarget.value));
            }}
          />
        </label>
      </div>
    </div>
  );
}

/** The next place where there is ink under the kernel; over empty paper nothing happens. */
function nextInked(from: number, pixels: Uint8Array): number {
  for (let step = 1; step <= mapSide * mapSide; step++) {
    const place = (from + step) % (mapSide * mapSide);
    const [row, column] = [Math.floor(place / mapSide), place % mapSide];
    const middle = (row + 2) * imageSide + column + 2;
    if ((pixels[middle] ?? 0) > 40) return place;
  }
  return from;
}

/** The maps that the kernels make of the digit, each scaled to the largest value of all. */
function outputs(pixels: Uint8Array, kernels: readonly number[], biases: readonly number[]): Uint8Array[] {
  const values = biases.map((bias, map) =>
    Float32Array.from({ length: mapSide * mapSide }, (_, place) => {
      let sum = bias;
      for (let i = 0; i < kernelSide * kernelSide; i++) {
        const at =
          (Math.floor(place / mapSide) + Math.floor(i / kernelSide)) * imageSide +
          (place % mapSide) +
          (i % kernelSide);
        sum += ((pixels[at] ?? 0) / 255) * (kernels[map * kernelSide * kernelSide + i] ?? 0);
      }
      return Math.max(0, sum);
    }),
  );
  const most = Math.max(1e-9, ...values.map((map) => map.reduce((a, b) => Math.max(a, b), 0)));
  return values.map((map) => Uint8Array.from(map, (value) => (255 * value) / most));
}

/** A kernel in small: weights that want ink, and weights that want paper. */
function KernelPicture({ kernel }: { readonly kernel: readonly number[] }) {
  const largest = Math.max(...kernel.map(Math.abs), 1e-9);
  return (
    <span class="kernel-picture" aria-hidden="true">
      {kernel.map((weight, i) => (
        <i
          key={i}
          class={weight >= 0 ? "positive" : "negative"}
          style={{ "--share": Math.abs(weight) / largest }}
        />
      ))}
    </span>
  );
}
