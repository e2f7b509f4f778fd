import { distortions, undistorted } from "../../robustness/robustness.js";
import { changeWords, robustnessLegend, robustnessPlot } from "../figures/robustness.js";
import { distortedDigits, measuredTechniques, robustnessAt, robustnessCurve } from "../robustness.js";
import { robustnessFindings } from "../robustness-findings.js";
import type { TechniqueSummary } from "../summary.js";
import { legendList } from "./legend.js";
import { type Markup, markup } from "./markup.js";
import { embedded, type Scene } from "./scene.js";

/** Accuracy on distorted digits, what it shows, and its numbers; undefined where no run was shown any. */
export async function robustnessSection(scene: Scene): Promise<Markup | undefined> {
  const digits = distortedDigits(scene.summaries);
  if (digits === undefined) return undefined;
  const { text, numbers, testImages } = scene;
  const { section, intro, title, note } = text.robustness;
  const measured = measuredTechniques(scene.summaries);
  const alternative = `${title}. ${measured.map((summary) => spoken(summary, scene)).join(" ")}`;
  const findings = robustnessFindings(scene);
  const method = intro({
    digits: numbers.count(digits),
    of: numbers.count(testImages),
    all: digits === testImages,
  });
  return markup`<section id="robustness">
<h2>${section}</h2>
<p class="intro">${method}</p>
${findings.length === 0 ? "" : markup`<p class="shows">${findings.join(" ")}</p>`}
<div class="grid"><figure class="card"><h3 class="title">${title}</h3><p class="note">${note}</p>
${await embedded(robustnessPlot(1060, scene), scene, alternative, "wide")}${await embedded(robustnessPlot(340, scene), scene, alternative, "narrow")}
${legendList(robustnessLegend(scene))}
<details><summary>${text.numbersTable}</summary>${table(measured, scene)}</details></figure></div>
</section>`;
}

/** The ends of each curve. */
function spoken(summary: TechniqueSummary, scene: Scene): string {
  const ends = distortions.flatMap((distortion) => {
    const amounts = robustnessCurve(summary, distortion).map(({ amount }) => amount);
    return [amounts[0], amounts.at(-1)]
      .filter((amount) => amount !== undefined && amount !== undistorted[distortion])
      .map((amount) => [distortion, amount as number] as const);
  });
  const accuracies = [["shift", undistorted.shift] as const, ...ends].flatMap(([distortion, amount]) => {
    const point = robustnessAt(summary, distortion, amount);
    if (point === undefined) return [];
    return [[changeWords(distortion, amount, scene), scene.numbers.percent(point.mean, 1)] as const];
  });
  const { text } = scene;
  return text.robustness.alt({ name: text.technique(summary.technique).name, accuracies });
}

function table(measured: readonly TechniqueSummary[], scene: Scene): Markup {
  const { text, numbers } = scene;
  const rows = distortions.flatMap((distortion) => {
    const curves = measured.map((summary) => robustnessCurve(summary, distortion));
    const amounts = [...new Set(curves.flat().map(({ amount }) => amount))].sort((a, b) => a - b);
    // Digits as they are have one row, at the top.
    const changed = amounts.filter((amount) => amount !== undistorted[distortion] || distortion === "shift");
    return changed.map((amount) => {
      const cells = curves.map((points) => points.find((point) => point.amount === amount)?.mean);
      return markup`<tr><th scope="row">${changeWords(distortion, amount, scene)}</th>${cells.map(
        (mean) => markup`<td>${mean === undefined ? "" : numbers.percent(mean, 1)}</td>`,
      )}</tr>`;
    });
  });
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${text.robustness.title}"><table>
<caption class="hidden">${text.robustness.title}</caption>
<thead><tr><th scope="col">${text.robustness.table}</th>${measured.map(({ technique }) => markup`<th scope="col">${text.technique(technique).short}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
