/** Kinds of layers by their class names, the first that fits. */
const kinds: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/^InputLayer$/, "input"],
  [/^(Functional|Sequential|Model)$/, "model"],
  [/Conv/, "conv"],
  [/Pooling/, "pool"],
  [/Normalization|Rescaling/, "norm"],
  [/^Dense$/, "dense"],
  [/^(Add|Concatenate|Multiply|Subtract|Average|Maximum|Minimum)$/, "merge"],
  [/Dropout|Noise|^Random/, "random"],
];

/** The CSS class of a layer's color. */
export const kindOf = (className: string): string =>
  kinds.find(([pattern]) => pattern.test(className))?.[1] ?? "other";

/** After Okabe and Ito's colors for color-blind readers; on dark paper ink and paper change places. */
export const styleSheet =
  "<style>.trazo-plot{--paper:#fff;--ink:#1b1f24;--soft:#5b6470;--line:#8a939e;--frame:#c3cad2;font:12px system-ui,sans-serif}" +
  "@media (prefers-color-scheme:dark){.trazo-plot{--paper:#1d2229;--ink:#e8ebef;--soft:#a4adb8;--line:#7d8793;--frame:#454d58}}" +
  ".trazo-plot text{dominant-baseline:central;fill:var(--ink)}.trazo-plot .class{font-weight:600}" +
  ".trazo-plot .detail{font-size:11px}.trazo-plot .name,.trazo-plot .output{font-size:11px;fill:var(--soft)}" +
  ".trazo-plot .output{font-style:italic}.trazo-plot .shape{text-anchor:end;font-variant-numeric:tabular-nums}" +
  ".trazo-plot .block{fill:var(--paper)}.trazo-plot .frame{fill:none;stroke:var(--frame)}" +
  ".trazo-plot .edge{fill:none;stroke:var(--line);stroke-width:1.4}.trazo-plot .arrow{fill:var(--line)}" +
  ".trazo-plot .input{fill:#56b4e9}.trazo-plot .model{fill:var(--ink)}.trazo-plot .conv{fill:#0072b2}.trazo-plot .pool{fill:#d55e00}" +
  ".trazo-plot .norm{fill:#009e73}.trazo-plot .dense{fill:#cc79a7}.trazo-plot .merge{fill:#e69f00}.trazo-plot .random{fill:#b8a000}" +
  ".trazo-plot .other{fill:#9aa3ad}</style>";
