import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import {
  knobDefaults,
  knobLimits,
  type RunSettings,
  settingsOf,
  type Variation,
} from "../../protocol/settings.js";
import { kerasCode } from "../code/keras.js";
import { typescriptCode } from "../code/typescript.js";
import type { StudioState } from "../state/studio.js";
import { counted, decimal, filled, percent, texts } from "../texts/index.js";
import { CodeButton } from "./code-view.js";
import { Pixels } from "./pixels.js";

/** How many variants of the picture the strip shows. */
const variantCount = 8;
const penalties = ["l2", "l1"] as const;
const practice = ["base", "l2", "dropout", "batchnorm", "augmentation"] as const;

/** A chip and a knob for each technique. Whatever is changed begins another run, unless one like it is there and nothing is being trained. */
export function Techniques({ studio }: { readonly studio: StudioState }) {
  const { techniques, controls } = texts.value;
  const settings = studio.settings.value;
  const change = (part: Partial<RunSettings>): void => void studio.change({ ...settings, ...part });
  return (
    <section class="card techniques" aria-labelledby="techniques-heading">
      <header>
        <h2 id="techniques-heading">{techniques.heading}</h2>
        <CodeButton programs={{ typescript: typescriptCode(settings), keras: kerasCode(settings) }} />
      </header>
      <p class="note">{techniques.hint}</p>
      {penalties.map((penalty) => (
        <Technique
          key={penalty}
          name={techniques[penalty]}
          does={techniques.does[penalty]}
          isOn={settings[penalty] > 0}
          toggle={() => change({ [penalty]: settings[penalty] > 0 ? 0 : knobDefaults[penalty] })}
        >
          <LogKnob
            label={techniques.factor}
            value={settings[penalty]}
            limits={knobLimits[penalty]}
            change={(factor) => change({ [penalty]: factor })}
          />
        </Technique>
      ))}
      <Technique
        name={techniques.dropout}
        does={techniques.does.dropout}
        isOn={settings.dropout > 0}
        toggle={() => change({ dropout: settings.dropout > 0 ? 0 : knobDefaults.dropout })}
      >
        <Knob
          label={techniques.share}
          value={settings.dropout}
          limits={knobLimits.dropout}
          step={0.05}
          text={(value) => percent(value, 0)}
          change={(dropout) => change({ dropout })}
        />
      </Technique>
      <Technique
        name={techniques.batchNorm}
        does={techniques.does.batchnorm}
        isOn={settings.batchNorm}
        toggle={() => change({ batchNorm: !settings.batchNorm })}
      />
      <Technique
        name={techniques.augmentation}
        does={techniques.does.augmentation}
        isOn={settings.augmentation !== null}
        toggle={() => change({ augmentation: settings.augmentation ? null : knobDefaults.augmentation })}
      >
        {settings.augmentation && (
          <VariationKnobs
            studio={studio}
            variation={settings.augmentation}
            change={(augmentation) => change({ augmentation })}
          />
        )}
      </Technique>
      <div class="numbers">
        <NumberField
          label={controls.epochs}
          value={settings.epochs}
          limits={knobLimits.epochs}
          change={(epochs) => change({ epochs })}
        />
        <NumberField
          label={controls.seed}
          value={settings.seed}
          limits={knobLimits.seed}
          change={(seed) => change({ seed })}
        />
        <button type="button" onClick={() => void trainAll(studio)}>
          {techniques.trainAll}
        </button>
      </div>
    </section>
  );
}

/** The practice's techniques that no run has yet, one after another. */
export async function trainAll(studio: StudioState): Promise<void> {
  const given = studio.settings.value;
  await studio.queue(practice.map((name) => settingsOf(name, given)));
}

function Technique({
  name,
  does,
  isOn,
  toggle,
  children,
}: {
  readonly name: string;
  readonly does: string;
  readonly isOn: boolean;
  toggle(): void;
  readonly children?: preact.ComponentChildren;
}) {
  return (
    <div class={`technique ${isOn ? "on" : ""}`}>
      <button type="button" class="chip" aria-pressed={isOn} onClick={toggle}>
        {name}
      </button>
      <p class="does">{does}</p>
      {isOn && <div class="knobs">{children}</div>}
    </div>
  );
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

/** A slider; a run begins when it is let go. */
function Knob({
  label,
  value,
  limits,
  step,
  text,
  change,
}: {
  readonly label: string;
  readonly value: number;
  readonly limits: Limits;
  readonly step: number;
  readonly text: (value: number) => string;
  change(value: number): void;
}) {
  const [moved, setMoved] = useState<number | undefined>(undefined);
  const shown = moved ?? value;
  return (
    <label class="knob">
      <span>{label}</span>
      <input
        type="range"
        min={limits.least}
        max={limits.most}
        step={step}
        value={shown}
        aria-valuetext={text(shown)}
        onInput={({ currentTarget }) => setMoved(Number(currentTarget.value))}
        onChange={({ currentTarget }) => {
          setMoved(undefined);
          change(Number(currentTarget.value));
        }}
      />
      <output>{text(shown)}</output>
    </label>
  );
}

/** A slider on which each tenfold takes the same way. */
function LogKnob({
  label,
  value,
  limits,
  change,
}: {
  readonly label: string;
  readonly value: number;
  readonly limits: Limits;
  change(value: number): void;
}) {
  return (
    <Knob
      label={label}
      value={Math.log10(value)}
      limits={{ least: Math.log10(limits.least), most: Math.log10(limits.most) }}
      step={0.25}
      text={(power) => decimal(10 ** power, 1)}
      change={(power) => change(Number((10 ** power).toPrecision(1)))}
    />
  );
}

function VariationKnobs({
  studio,
  variation,
  change,
}: {
  readonly studio: StudioState;
  readonly variation: Variation;
  change(variation: Variation): void;
}) {
  const { techniques } = texts.value;
  return (
    <>
      <Knob
        label={techniques.rotation}
        value={variation.rotation}
        limits={knobLimits.rotation}
        step={5}
        text={(value) => `±${value}°`}
        change={(rotation) => change({ ...variation, rotation })}
      />
      <Knob
        label={techniques.shift}
        value={variation.shift}
        limits={knobLimits.shift}
        step={0.05}
        text={(value) => `±${percent(value, 0)}`}
        change={(shift) => change({ ...variation, shift })}
      />
      <Knob
        label={techniques.zoom}
        value={variation.zoom}
        limits={knobLimits.zoom}
        step={0.05}
        text={(value) => `±${percent(value, 0)}`}
        change={(zoom) => change({ ...variation, zoom })}
      />
      <VariantStrip studio={studio} variation={variation} />
    </>
  );
}

/** What augmentation makes of the picture that is shown. */
function VariantStrip({
  studio,
  variation,
}: {
  readonly studio: StudioState;
  readonly variation: Variation;
}) {
  const [pixels, setPixels] = useState("");
  const subject = studio.subject.value;
  useEffect(() => {
    // Strokes come faster than variants are worth making.
    const timer = setTimeout(async () => {
      setPixels((await studio.ask("variants", { subject, variation, count: variantCount }))?.pixels ?? "");
    }, 150);
    return () => clearTimeout(timer);
  }, [studio, subject, variation]);
  const bytes = useMemo(() => fromBase64(pixels), [pixels]);
  const { techniques } = texts.value;
  return (
    <figure class="variants">
      <figcaption class="note">{techniques.variants}</figcaption>
      <div>
        {Array.from({ length: bytes.length / 784 }, (_, i) => (
          <Pixels key={i} bytes={bytes.subarray(784 * i, 784 * (i + 1))} width={28} height={28} />
        ))}
      </div>
    </figure>
  );
}

function NumberField({
  label,
  value,
  limits,
  change,
}: {
  readonly label: string;
  readonly value: number;
  readonly limits: Limits;
  change(value: number): void;
}) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [isRefused, setIsRefused] = useState(false);
  const reason = useId();
  const isWithin = (given: number): boolean =>
    Number.isInteger(given) && given >= limits.least && given <= limits.most;
  return (
    <div class="number">
      <label>
        <span>{label}</span>
        <input
          type="number"
          min={limits.least}
          max={limits.most}
          step={1}
          value={typed ?? value}
          aria-invalid={isRefused}
          aria-describedby={isRefused ? reason : undefined}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setIsRefused(false);
          }}
          onChange={({ currentTarget }) => {
            const given = currentTarget.value === "" ? Number.NaN : Number(currentTarget.value);
            setTyped(undefined);
            setIsRefused(!isWithin(given));
            if (isWithin(given)) change(given);
            else currentTarget.value = String(value);
          }}
          onBlur={() => setTyped(undefined)}
        />
      </label>
      {isRefused && (
        <span id={reason} class="refused" role="alert">
          {filled(texts.value.controls.range, {
            least: counted(limits.least),
            most: counted(limits.most),
          })}
        </span>
      )}
    </div>
  );
}
