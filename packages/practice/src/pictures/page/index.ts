import { type Markup, markup, raw } from "../../report/page/markup.js";
import { style } from "../../report/page/style.js";
import type { Run } from "../../runs/run-folder.js";
import type { Examination, Mistake } from "../examine.js";
import { type MeasuredShare, shareText } from "../interval.js";
import { confusions, judgments } from "../outcome.js";
import type { Proposal } from "../settings.js";
import { confusionTable } from "./confusion.js";
import { curveFigure } from "./curves.js";
import { heatAddress, type ImageShape, pictureAddress } from "./image.js";

/** Nothing may be loaded: the page contains all that it needs. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const ownStyle = `
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:1rem;list-style:none;margin:0;padding:0}
.mistakes .both{display:grid;grid-template-columns:1fr 1fr;gap:.4rem}
.mistakes img,.augmented img{width:100%;border-radius:6px}
.augmented img{height:auto;aspect-ratio:auto}
.mistakes p{font-size:.8125rem;line-height:1.4;margin-top:.3rem}
.mistakes b{color:var(--wrong)}
.mistakes small{display:block;color:var(--muted);overflow-wrap:anywhere}
.confusion td{text-align:center;padding:.45rem .3rem;min-width:2.2rem}
.confusion thead th{min-width:2.2rem;text-align:center;padding:.3rem}
.confusion thead span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:10rem}
.bar{display:block;position:relative;height:.5rem;background:var(--grid);border-radius:4px;min-width:7rem}
.bar i{position:absolute;top:0;bottom:0;background:color-mix(in srgb,var(--accent) 45%,transparent);border-radius:4px}
.bar b{position:absolute;top:-2px;bottom:-2px;width:2px;background:var(--ink)}
.reasons{margin:.8rem 0 0;padding-left:1.1em}
pre{white-space:pre-wrap;font:.8125rem/1.5 var(--mono);margin:0}
`;

export interface PicturePageData {
  readonly run: Run;
  readonly examination: Examination;
  readonly samples: readonly { readonly original: Uint8Array; readonly variants: readonly Uint8Array[] }[];
  readonly proposal: Proposal;
  /** What was found in the folder, line by line. */
  readonly found: readonly string[];
  readonly command: string;
}

/** The report of a run on a folder of pictures as one HTML page that opens without a network. */
export async function renderPicturePage(data: PicturePageData): Promise<string> {
  const { run, examination, proposal, found, command } = data;
  const { config, history, result } = run;
  const { accuracy, shape } = examination;
  const bestEpoch = result?.bestEpoch ?? 1;
  const title = `${examination.classNames.length} classes of pictures: ${(100 * accuracy.share).toFixed(1)} % recognized`;
  return String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}${raw(ownStyle)}</style>
</head>
<body>
<header><p class="kicker">${config.data}</p><h1>${title}</h1>
<p class="lead">On ${accuracy.of} test pictures that training never saw, the best model was right ${accuracy.hits} times: ${shareText(accuracy)}. In brackets: where the accuracy lies in 95 of 100 such measurements. ${judgments(examination).join(" ")}</p>
<dl class="facts">
${fact("Training", config.images.train)}${fact("Validation", config.images.validation)}${fact("Test", config.images.test)}${fact("Epochs", history.length)}${fact("Best epoch", bestEpoch)}${fact("Seconds per epoch", median(result?.epochSeconds ?? []))}
</dl></header>
<main>
<section><h2>Learning</h2><div class="grid two">
${curveFigure(history, { name: "accuracy", title: "Accuracy", bestEpoch, isShare: true })}
${curveFigure(history, { name: "loss", title: "Loss", bestEpoch, isShare: false })}
</div></section>
<section><h2>Classes</h2>
<p>Found: of its pictures, how many were recognized. Right: of those taken for it, how many are it. The bar is the 95 % interval.</p>
<div class="card grid"><div class="scroll">${classTable(examination)}</div></div></section>
<section><h2>Confusions</h2><p>${confusions(examination).join("; ") || "None"}.</p><div class="card grid">${confusionTable(examination)}</div></section>
${await mistakesSection(examination)}
${await samplesSection(data, shape as ImageShape)}
<section><h2>Settings</h2><p>Proposed from what is in the folder.</p><div class="card grid">
<ul class="reasons">${proposal.reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>
<pre>${JSON.stringify(proposal.settings, undefined, 2)}</pre></div></section>
<section><h2>The folder</h2><div class="card grid"><pre>${found.join("\n")}</pre></div></section>
</main>
<footer><h2>This run</h2><dl><dt>Command</dt><dd><code>${command}</code></dd><dt>Machine</dt><dd>${config.machine}</dd>
<dt>Software</dt><dd>${config.software.join(", ")}</dd><dt>Began</dt><dd>${config.started}</dd><dt>Seed</dt><dd>${config.seed}</dd></dl></footer>
</body>
</html>
`);
}

const fact = (name: string, value: string | number): Markup =>
  markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function median(seconds: readonly number[]): string {
  const sorted = [...seconds].sort((a, b) => a - b);
  return (sorted[sorted.length >> 1] ?? 0).toFixed(1);
}

function classTable({ classes }: Examination): Markup {
  return markup`<table><thead><tr><th scope="col">class</th><th scope="col">test pictures</th><th scope="col">found</th><th scope="col"></th><th scope="col">right</th><th scope="col"></th></tr></thead>
<tbody>${classes.map(
    ({ name, recall, precision }) =>
      markup`<tr><th scope="row">${name}</th><td>${recall.of}</td><td>${shareText(recall)}</td><td>${bar(recall)}</td><td>${shareText(precision)}</td><td>${bar(precision)}</td></tr>`,
  )}</tbody></table>`;
}

function bar({ share, low, high }: MeasuredShare): Markup {
  const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
  return markup`<span class="bar" aria-hidden="true"><i style="left:${percent(low)};width:${percent(high - low)}"></i><b style="left:calc(${percent(share)} - 1px)"></b></span>`;
}

async function mistakesSection({ mistakes, classNames, shape }: Examination): Promise<Markup> {
  if (mistakes.length === 0)
    return markup`<section><h2>Mistakes</h2><p>None: every test picture was recognized.</p></section>`;
  const items = await Promise.all(
    mistakes.map(async (mistake) => mistakeItem(mistake, classNames, shape as ImageShape)),
  );
  return markup`<section><h2>Worst mistakes</h2><p>The surest wrong answers. On the right, in color: the places that spoke most for the wrong answer (Grad-CAM).</p>
<div class="card grid"><ul class="mistakes">${items}</ul></div></section>`;
}

async function mistakeItem(
  mistake: Mistake,
  classNames: readonly string[],
  shape: ImageShape,
): Promise<Markup> {
  const [picture, heat] = await Promise.all([
    pictureAddress(mistake.pixels, shape),
    heatAddress(mistake, shape),
  ]);
  const [actual, predicted] = [classNames[mistake.actual] as string, classNames[mistake.predicted] as string];
  return markup`<li><div class="both"><img src="${raw(picture)}" alt="${mistake.file}">${heat ? markup`<img src="${raw(heat)}" alt="what spoke for ${predicted}">` : ""}</div>
<p>${actual}, taken for <b>${predicted}</b> (${(100 * mistake.probability).toFixed(0)} %)<small>${mistake.file}</small></p></li>`;
}

async function samplesSection({ samples, proposal }: PicturePageData, shape: ImageShape): Promise<Markup> {
  if (proposal.settings.augmentation === "none") {
    return markup`<section><h2>As training saw them</h2><p>As they are: pictures were not varied.</p></section>`;
  }
  const rows = await Promise.all(
    samples.map(async ({ original, variants }) => {
      const addresses = await Promise.all(
        [original, ...variants].map((pixels) => pictureAddress(pixels, shape)),
      );
      return markup`<div style="--n:${addresses.length}">${addresses.map((address, i) => markup`<span class="frame"><img src="${raw(address)}" alt="${i === 0 ? "as it is" : "varied"}"></span>`)}</div>`;
    }),
  );
  return markup`<section><h2>As training saw them</h2><p>On the left a picture as it is, then the same as six epochs saw it.</p><div class="card grid"><div class="augmented">${rows}</div></div></section>`;
}
