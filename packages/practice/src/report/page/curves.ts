import { overviewLegend, overviewPlot, trainingLegend, trainingPlot } from "../figures/curves.js";
import { curve, type TechniqueSummary } from "../summary.js";
import { legendList } from "./legend.js";
import { type Markup, markup } from "./markup.js";
import { embedded, type Scene } from "./scene.js";
import { swatch } from "./swatch.js";

/** Validation curves of all techniques, then training against validation one by one, then the numbers. */
export async function curvesSection(scene: Scene): Promise<Markup> {
  const { text, summaries } = scene;
  const panels = await Promise.all(summaries.map((summary) => trainingPanel(summary, scene)));
  return markup`<section id="curves">
<h2>${text.sections.curves}</h2>
<div class="grid two">${await overview("accuracy", scene)}${await overview("loss", scene)}</div>
<section><h3 class="title">${text.figures.againstTraining.title}</h3>
<p class="intro">${text.figures.againstTraining.note}</p>
${legendList(trainingLegend(summaries, scene))}
<div class="grid three">${panels}</div></section>
<details><summary>${text.numbersTable}</summary>${epochTable(scene)}</details>
</section>`;
}

async function overview(which: "accuracy" | "loss", scene: Scene): Promise<Markup> {
  const { title, note } = scene.text.figures[which];
  const alternative = `${title}. ${scene.summaries.map((summary) => spoken(summary, which, scene)).join(" ")}`;
  return markup`<figure class="card"><h3 class="title">${title}</h3><p class="note">${note}</p>
${await embedded(overviewPlot(which, 540, scene), scene, alternative, "wide")}${await embedded(overviewPlot(which, 330, scene), scene, alternative, "narrow")}
${legendList(overviewLegend(which, scene))}</figure>`;
}

async function trainingPanel(summary: TechniqueSummary, scene: Scene): Promise<Markup> {
  const { technique } = summary;
  const { name } = scene.text.technique(technique);
  const plot = trainingPlot(summary, 340, scene);
  const alternative = `${plot.title}. ${spoken(summary, "accuracy", scene)}`;
  return markup`<figure class="card"><h4>${swatch(technique)} ${name}</h4>${await embedded(plot, scene, alternative)}</figure>`;
}

function spoken(
  { technique, runs }: TechniqueSummary,
  which: "accuracy" | "loss",
  { text, numbers }: Scene,
): string {
  const points = curve(runs, which === "accuracy" ? "valAccuracy" : "valLoss").map(({ mean }) => mean);
  const value = which === "accuracy" ? numbers.percent : numbers.figure;
  const best = which === "accuracy" ? Math.max(...points) : Math.min(...points);
  return text.figures.alt({
    name: text.technique(technique).name,
    from: value(points[0] ?? Number.NaN),
    to: value(best),
  });
}

function epochTable({ text, numbers, summaries }: Scene): Markup {
  const curves = summaries.map(({ runs }) => ({
    training: curve(runs, "accuracy"),
    validation: curve(runs, "valAccuracy"),
    loss: curve(runs, "valLoss"),
  }));
  const epochs = Math.max(...summaries.map((summary) => summary.epochs));
  const { measures } = text;
  const short = [measures.accuracy, measures.valAccuracy, measures.valLoss];
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${text.numbersTable}"><table>
<thead><tr><th scope="col" rowspan="2">${text.axes.epoch}</th>${summaries.map(({ technique }) => markup`<th scope="colgroup" colspan="3">${text.technique(technique).name}</th>`)}</tr>
<tr>${summaries.flatMap(() => short.map((word) => markup`<th scope="col">${word}</th>`))}</tr></thead>
<tbody>${Array.from({ length: epochs }, (_, i) => i + 1).map(
    (epoch) =>
      markup`<tr><td>${epoch}</td>${curves.flatMap(({ training, validation, loss }) => {
        const at = (points: typeof loss) => points.find((point) => point.epoch === epoch)?.mean;
        const write = (value: number | undefined, format: (value: number) => string) =>
          markup`<td>${value === undefined ? "" : format(value)}</td>`;
        return [
          write(at(training), numbers.percent),
          write(at(validation), numbers.percent),
          write(at(loss), numbers.figure),
        ];
      })}</tr>`,
  )}</tbody></table></div>`;
}
