import type { AugmentedSamples, FirstLayerKernels, Misreading } from "../data.js";
import { confusionPlot } from "../figures/confusion.js";
import { isCompared, weightsPlot } from "../figures/weights.js";
import { findings } from "../findings.js";
import { inkPicture, kernelPictures, kernelsNote } from "../pictures.js";
import type { TechniqueSummary } from "../summary.js";
import { type Markup, markup, raw } from "./markup.js";
import { embedded, type Scene } from "./scene.js";
import { swatch } from "./swatch.js";

/** Pictures shown at first; the rest is a button away. */
const firstMisread = 24;
const fewKernels = 6;
/** Drawn, because not every font has one. */
const arrow = raw(
  '<svg viewBox="0 0 14 8"><path d="M1,4H12M9,1.5L12,4L9,6.5" fill="none" stroke="currentColor"/></svg>',
);

/** What one technique does, what its runs show, and its pictures. */
export async function techniqueSection(summary: TechniqueSummary, scene: Scene): Promise<Markup> {
  const { technique, shown } = summary;
  const { text, numbers } = scene;
  const { name, about } = text.technique(technique);
  const shows = findings(summary, scene);
  const [kernels, weights, misread, augmented] = await Promise.all([
    shown.kernels && kernelsFigure(shown.kernels, scene),
    shown.weights && shown.weights.length > 0 ? weightsFigure(summary, scene) : undefined,
    shown.misread && shown.misread.length > 0 ? gallery(shown.misread, scene) : undefined,
    shown.augmented && shown.augmented.length > 0 ? augmentedFigure(shown.augmented, scene) : undefined,
  ]);
  return markup`<section class="technique" id="${technique}" aria-labelledby="h-${technique}">
<h3 id="h-${technique}">${swatch(technique)}${name}</h3>
<div class="prose">${about === "" ? "" : markup`<div><h4>${text.whatItDoes}</h4><p>${about}</p></div>`}
<div><h4>${text.whatThisRunShows}</h4><p class="conclusion">${shows.conclusion}</p><p class="shows">${shows.main.join(" ")}</p><p class="aside">${shows.more.join(" ")}</p></div></div>
<div class="grid pair">
<div class="stack">${await confusionFigure(summary, scene)}${misread === undefined ? "" : (kernels ?? "")}</div>
<div class="stack">${misread ?? kernels ?? ""}${augmented ?? ""}</div>
</div>
${weights === undefined ? "" : markup`<div class="grid">${weights}</div>`}
${shown.plot === undefined ? "" : plotDetails(shown.plot, name, scene)}
<p class="intro"><small>${text.runShown({ seed: String(shown.seed), epoch: numbers.count(shown.bestEpoch) })}</small></p>
</section>`;
}

/** As an image: what is in it cannot clash with the page, nor with another network's picture. */
function plotDetails(plot: string, name: string, { text }: Scene): Markup {
  const address = `data:image/svg+xml;base64,${Buffer.from(plot).toString("base64")}`;
  return markup`<details class="plot"><summary>${text.layersOfNetwork}</summary><div class="scroll" role="region" tabindex="0" aria-label="${text.layersOf(name)}"><img src="${address}" alt="${text.layersOf(name)}"></div></details>`;
}

async function confusionFigure(summary: TechniqueSummary, scene: Scene): Promise<Markup> {
  const { text } = scene;
  const { title, note, hint, of } = text.figures.confusion;
  const name = text.technique(summary.technique).name;
  return markup`<figure class="card"><h4>${title}</h4><p class="note">${note} <span class="hint">${hint}</span></p>${await embedded(confusionPlot(summary, scene), scene, of(name))}
<details><summary>${text.numbersTable}</summary>${confusionTable(summary, scene)}</details></figure>`;
}

function confusionTable({ technique, shown }: TechniqueSummary, { text }: Scene): Markup {
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${text.figures.confusion.of(text.technique(technique).name)}"><table>
<caption class="hidden">${text.figures.confusion.note}</caption>
<thead><tr><td></td>${digits.map((digit) => markup`<th scope="col">${digit}</th>`)}</tr></thead>
<tbody>${digits.map((actual) => markup`<tr><th scope="row">${actual}</th>${digits.map((predicted) => markup`<td>${shown.confusion[actual * 10 + predicted] ?? 0}</td>`)}</tr>`)}</tbody></table></div>`;
}

async function gallery(misread: readonly Misreading[], { text, numbers }: Scene): Promise<Markup> {
  const { title, note } = text.figures.misread;
  const items = await Promise.all(
    misread.map(async ({ pixels, actual, predicted, probability }, i) => {
      const { address } = await inkPicture(pixels);
      const words = {
        actual: String(actual),
        predicted: String(predicted),
        probability: numbers.percent(probability, 0),
      };
      return markup`<li data-cell="${actual}-${predicted}"${i < firstMisread ? "" : markup` hidden`}><div class="frame"><img class="ink" src="${address}" width="28" height="28" alt="${text.misreading(words)}"></div><p aria-hidden="true">${actual}${arrow}<b>${predicted}</b> <small>${words.probability}</small></p></li>`;
    }),
  );
  return markup`<figure class="card"><h4>${title}</h4><p class="note">${note}</p><ul class="gallery">${items}</ul>
<p class="none note" hidden>${text.noMisreadingLikeThat}</p><button class="more" type="button" data-first="${firstMisread}"${misread.length > firstMisread ? "" : markup` hidden`}>${text.showAll}</button></figure>`;
}

async function kernelsFigure(kernels: FirstLayerKernels, scene: Scene): Promise<Markup> {
  const { text, numbers } = scene;
  const pictures = await kernelPictures(kernels);
  const note = kernelsNote(kernels, pictures.length, scene);
  return markup`<figure class="card"><h4>${text.figures.kernels.title}</h4><p class="note">${note}</p>
<ul class="kernels${pictures.length <= fewKernels ? " few" : ""}">${pictures.map(
    ({ address, number, width: w, height: h }) =>
      markup`<li><img src="${address}" width="${w}" height="${h}" alt="${text.figures.kernel(numbers.count(number))}"></li>`,
  )}</ul></figure>`;
}

async function weightsFigure(summary: TechniqueSummary, scene: Scene): Promise<Markup> {
  const { text, summaries, numbers } = scene;
  const { title, note, of } = text.figures.weights;
  const base = summaries.find(({ technique }) => technique === "base");
  const layers = summary.shown.weights ?? [];
  const alternative = `${of(text.technique(summary.technique).name)}. ${layers
    .map(({ layer, deviation }) => `${layer}: σ ${numbers.figure(deviation)}`)
    .join("; ")}.`;
  return markup`<figure class="card"><h4>${title}</h4><p class="note">${note(isCompared(summary, base))}</p>
${await embedded(weightsPlot(summary, 1060, scene), scene, alternative, "wide")}${await embedded(weightsPlot(summary, 330, scene), scene, alternative, "narrow")}</figure>`;
}

async function augmentedFigure(
  samples: readonly AugmentedSamples[],
  { text, numbers }: Scene,
): Promise<Markup> {
  const { title, note } = text.figures.augmented;
  const columns = 1 + Math.max(...samples.map(({ variants }) => variants.length));
  const image = async (pixels: Uint8Array, alternative: string) => {
    const { address } = await inkPicture(pixels);
    return markup`<span class="frame"><img class="ink" src="${address}" width="28" height="28" alt="${alternative}"></span>`;
  };
  const rows = await Promise.all(
    samples.map(({ original, variants }) =>
      Promise.all([
        image(original, text.original),
        ...variants.map((variant, i) => image(variant, text.variant(numbers.count(i + 1)))),
      ]),
    ),
  );
  return markup`<figure class="card"><h4>${title}</h4><p class="note">${note}</p>
<div class="augmented" style="--n:${columns}" role="group" tabindex="0" aria-label="${title}">${rows.map((row) => markup`<div>${row}</div>`)}</div></figure>`;
}
