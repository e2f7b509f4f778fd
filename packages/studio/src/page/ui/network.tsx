import { useMemo } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { LayerReading, Reading } from "../../protocol/messages.js";
import { layersCode } from "../code/inside.js";
import type { StudioState } from "../state/studio.js";
import { filled, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { digitOf, fileOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** The practice's network, before anything was read: what its layers give, in their order. */
const shapes: readonly Pick<LayerReading, "kind" | "shape">[] = [
  { kind: "convolution", shape: [24, 24, 6] },
  { kind: "pooling", shape: [12, 12, 6] },
  { kind: "convolution", shape: [8, 8, 16] },
  { kind: "pooling", shape: [4, 4, 16] },
  { kind: "dense", shape: [1, 1, 1024] },
  { kind: "dense", shape: [1, 1, 1024] },
];

/** The network from the picture to the answer, each layer with what it finds in the picture. */
export function NetworkView({ studio }: { readonly studio: StudioState }) {
  const { network } = texts.value;
  const reading = studio.reading.value;
  const run = studio.current.value;
  const { batchNorm, dropout, l1, l2 } = run?.settings ?? studio.settings.value;
  const extras = [
    batchNorm && texts.value.techniques.batchNorm,
    dropout > 0 && texts.value.techniques.dropout,
    (l1 > 0 || l2 > 0) && [l1 > 0 && "L1", l2 > 0 && "L2"].filter(Boolean).join(" + "),
  ].filter((extra): extra is string => typeof extra === "string");
  return (
    <section class="card network" aria-labelledby="network-heading">
      <CardHead
        id="network-heading"
        title={network.heading}
        figure="network"
        programs={run && layersCode(fileOf(run), digitOf(studio.subject.value))}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen it is scrolled, which must work by keyboard */}
      <section class="layers" aria-labelledby="network-heading" tabIndex={0}>
        <InputLayer reading={reading} />
        {shapes.map((layer, i) => (
          <LayerColumn
            key={i}
            layer={layer}
            reading={reading?.layers[i]}
            extras={layer.kind === "dense" ? extras : []}
          />
        ))}
        <OutputLayer reading={reading} />
      </section>
      <p class="note">{network.explain}</p>
    </section>
  );
}

function InputLayer({ reading }: { readonly reading: Reading | undefined }) {
  const bytes = useMemo(() => (reading ? fromBase64(reading.seen) : new Uint8Array(784)), [reading?.seen]);
  return (
    <figure class="layer input">
      <div class="maps one">
        <Pixels bytes={bytes} width={28} height={28} />
      </div>
      <figcaption>
        <strong>{texts.value.network.input}</strong> 28×28
      </figcaption>
    </figure>
  );
}

function LayerColumn({
  layer: { kind, shape },
  reading,
  extras,
}: {
  readonly layer: Pick<LayerReading, "kind" | "shape">;
  readonly reading: LayerReading | undefined;
  readonly extras: readonly string[];
}) {
  const { network } = texts.value;
  const [height, width, maps] = shape;
  const values = useMemo(
    () => (reading ? fromBase64(reading.values) : new Uint8Array(height * width * maps)),
    [reading?.values],
  );
  const isDense = kind === "dense";
  const size = height * width;
  return (
    <figure class={`layer ${kind}`}>
      <div class={`maps ${isDense ? "units" : maps > 6 ? "many" : "few"}`}>
        {isDense ? (
          <Pixels bytes={values} width={32} height={maps / 32} />
        ) : (
          Array.from({ length: maps }, (_, map) => (
            <Pixels
              key={map}
              bytes={values.subarray(map * size, (map + 1) * size)}
              width={width}
              height={height}
            />
          ))
        )}
      </div>
      <figcaption>
        <strong>{network[kind]}</strong>{" "}
        {isDense ? (
          maps
        ) : (
          <span title={filled(network.ink, { maps, height, width })}>{`${maps}×${height}×${width}`}</span>
        )}
        {extras.map((extra) => (
          <span class="extra" key={extra}>
            {extra}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function OutputLayer({ reading }: { readonly reading: Reading | undefined }) {
  const probabilities = reading?.probabilities ?? [];
  const best = probabilities.indexOf(Math.max(...probabilities));
  return (
    <figure class="layer output">
      <ol class="outputs">
        {Array.from({ length: 10 }, (_, digit) => (
          <li
            key={digit}
            class={digit === best ? "best" : ""}
            style={{ "--share": probabilities[digit] ?? 0 }}
          >
            {digit}
          </li>
        ))}
      </ol>
      <figcaption>
        <strong>{texts.value.network.output}</strong>
      </figcaption>
    </figure>
  );
}
