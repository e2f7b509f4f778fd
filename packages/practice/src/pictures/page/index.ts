import type { Language } from "../../language.js";
import { type Markup, markup, raw } from "../../report/page/markup.js";
import { style } from "../../report/page/style.js";
import type { Run } from "../../runs/run-folder.js";
import type { Examination, Mistake } from "../examine.js";
import { type MeasuredShare, shareText } from "../interval.js";
import { confusions, judgments } from "../outcome.js";
import type { Proposal } from "../settings.js";
import { figureIn, type PictureText, pictureTexts } from "../text/index.js";
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
  readonly language: Language;
}

/** The report of a run on a folder of pictures as one HTML page that opens without a network. */
export async function renderPicturePage(data: PicturePageData): Promise<string> {
  const { run, examination, proposal, found, command, language } = data;
  const text = pictureTexts[language];
  const { page: words } = text;
  const { config, history, result } = run;
  const { accuracy, shape } = examination;
  const bestEpoch = result?.bestEpoch ?? 1;
  const title = words.title(examination.classNames.length, figureIn(text, 100 * accuracy.share, 1));
  const { hits, of } = accuracy;
  const said = judgments(examination, language).join(" ");
  return String(markup`<!doctype html>
<html lang="${language}">
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
<p class="lead">${words.lead({ of, hits, share: shareText(accuracy, language), judgments: said })}</p>
<dl class="facts">
${fact(words.facts.train, config.images.train)}${fact(words.facts.validation, config.images.validation)}${fact(words.facts.test, config.images.test)}${fact(words.facts.epochs, history.length)}${fact(words.facts.bestEpoch, bestEpoch)}${fact(words.facts.seconds, figureIn(text, median(result?.epochSeconds ?? []), 1))}
</dl></header>
<main>
<section><h2>${words.learning}</h2><div class="grid two">
${curveFigure(history, { name: "accuracy", title: words.accuracy, bestEpoch, isShare: true }, text)}
${curveFigure(history, { name: "loss", title: words.loss, bestEpoch, isShare: false }, text)}
</div></section>
<section><h2>${words.classes}</h2>
<p>${words.classesNote}</p>
<div class="card grid"><div class="scroll">${classTable(examination, language)}</div></div></section>
<section><h2>${words.confusions}</h2><p>${confusions(examination, language).join("; ") || words.none}.</p><div class="card grid">${confusionTable(examination, text)}</div></section>
${await mistakesSection(examination, text)}
${await samplesSection(data, shape as ImageShape)}
<section><h2>${words.settings}</h2><p>${words.settingsNote}</p><div class="card grid">
<ul class="reasons">${proposal.reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>
<pre>${JSON.stringify(proposal.settings, undefined, 2)}</pre></div></section>
<section><h2>${words.folder}</h2><div class="card grid"><pre>${found.join("\n")}</pre></div></section>
</main>
<footer><h2>${words.run}</h2><dl><dt>${words.command}</dt><dd><code>${command}</code></dd><dt>${words.machine}</dt><dd>${config.machine}</dd>
<dt>${words.software}</dt><dd>${config.software.join(", ")}</dd><dt>${words.began}</dt><dd>${config.started}</dd><dt>${words.seed}</dt><dd>${config.seed}</dd></dl></footer>
</body>
</html>
`);
}

const fact = (name: string, value: string | number): Markup =>
  markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;

function median(seconds: readonly number[]): number {
  const sorted = [...seconds].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function classTable({ classes }: Examination, language: Language): Markup {
  const { page: words } = pictureTexts[language];
  return markup`<table><thead><tr><th scope="col">${words.class}</th><th scope="col">${words.testPictures}</th><th scope="col">${words.found}</th><th scope="col"></th><th scope="col">${words.right}</th><th scope="col"></th></tr></thead>
<tbody>${classes.map(
    ({ name, recall, precision }) =>
      markup`<tr><th scope="row">${name}</th><td>${recall.of}</td><td>${shareText(recall, language)}</td><td>${bar(recall)}</td><td>${shareText(precision, language)}</td><td>${bar(precision)}</td></tr>`,
  )}</tbody></table>`;
}

function bar({ share, low, high }: MeasuredShare): Markup {
  const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
  return markup`<span class="bar" aria-hidden="true"><i style="left:${percent(low)};width:${percent(high - low)}"></i><b style="left:calc(${percent(share)} - 1px)"></b></span>`;
}

async function mistakesSection(
  { mistakes, classNames, shape }: Examination,
  text: PictureText,
): Promise<Markup> {
  const { page: words } = text;
  if (mistakes.length === 0)
    return markup`<section><h2>${words.mistakes}</h2><p>${words.noMistakes}</p></section>`;
  const items = await Promise.all(
    mistakes.map(async (mistake) => mistakeItem(mistake, classNames, shape as ImageShape, text)),
  );
  return markup`<section><h2>${words.worstMistakes}</h2><p>${words.worstMistakesNote}</p>
<div class="card grid"><ul class="mistakes">${items}</ul></div></section>`;
}

async function mistakeItem(
  mistake: Mistake,
  classNames: readonly string[],
  shape: ImageShape,
  { page: words }: PictureText,
): Promise<Markup> {
  const [picture, heat] = await Promise.all([
    pictureAddress(mistake.pixels, shape),
    heatAddress(mistake, shape),
  ]);
  const [actual, predicted] = [classNames[mistake.actual] as string, classNames[mistake.predicted] as string];
  return markup`<li><div class="both"><img src="${raw(picture)}" alt="${mistake.file}">${heat ? markup`<img src="${raw(heat)}" alt="${words.spokeFor(predicted)}">` : ""}</div>
<p>${words.takenFor(actual)} <b>${predicted}</b> (${(100 * mistake.probability).toFixed(0)} %)<small>${mistake.file}</small></p></li>`;
}

async function samplesSection(
  { samples, proposal, language }: PicturePageData,
  shape: ImageShape,
): Promise<Markup> {
  const { page: words } = pictureTexts[language];
  if (proposal.settings.augmentation === "none") {
    return markup`<section><h2>${words.samples}</h2><p>${words.notVaried}</p></section>`;
  }
  const rows = await Promise.all(
    samples.map(async ({ original, variants }) => {
      const addresses = await Promise.all(
        [original, ...variants].map((pixels) => pictureAddress(pixels, shape)),
      );
      return markup`<div style="--n:${addresses.length}">${addresses.map((address, i) => markup`<span class="frame"><img src="${raw(address)}" alt="${i === 0 ? words.asItIs : words.varied}"></span>`)}</div>`;
    }),
  );
  return markup`<section><h2>${words.samples}</h2><p>${words.samplesNote}</p><div class="card grid"><div class="augmented">${rows}</div></div></section>`;
}
