import { type Distortion, undistorted } from "../../protocol/messages.js";
import { counted, decimal, percent, texts } from "../texts/index.js";

const sliders = [
  { name: "right", least: -8, most: 8, step: 1, text: (value: number) => `${counted(value)} px` },
  { name: "down", least: -8, most: 8, step: 1, text: (value: number) => `${counted(value)} px` },
  { name: "rotation", least: -45, most: 45, step: 5, text: (value: number) => `${counted(value)}°` },
  { name: "zoom", least: 0.6, most: 1.4, step: 0.05, text: (value: number) => `×${decimal(value)}` },
  { name: "noise", least: 0, most: 0.6, step: 0.05, text: (value: number) => percent(value, 0) },
] as const;

/** How digits are changed, for who does not see the sliders; empty where they are not. */
export const distortionText = (distortion: Distortion): string =>
  sliders
    .filter(({ name }) => distortion[name] !== undistorted[name])
    .map(({ name, text }) => `${texts.value.compare.sliders[name]}: ${text(distortion[name])}`)
    .join(" · ");

/** Changes a digit before it is read. */
export function DistortionSliders({
  distortion,
  change,
}: {
  readonly distortion: Distortion;
  change(distortion: Distortion): void;
}) {
  const { compare } = texts.value;
  return (
    <div class="sliders">
      {sliders.map(({ name, least, most, step, text }) => (
        <label class="knob" key={name}>
          <span>{compare.sliders[name]}</span>
          <input
            type="range"
            min={least}
            max={most}
            step={step}
            value={distortion[name]}
            aria-valuetext={text(distortion[name])}
            onInput={({ currentTarget }) => change({ ...distortion, [name]: Number(currentTarget.value) })}
          />
          <output>{text(distortion[name])}</output>
        </label>
      ))}
      <button type="button" onClick={() => change(undistorted)}>
        {compare.reset}
      </button>
    </div>
  );
}
