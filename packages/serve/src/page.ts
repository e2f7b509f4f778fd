import { type Language, languageCodes, languages } from "./texts/language.js";

/** The page to draw on, in a language. Its program and its style are files of their own; nothing is loaded from elsewhere. */
export function pageIn(code: Language, classes: readonly string[]): string {
  const texts = languages[code];
  const heading = classes.every((name) => /^\d$/.test(name)) ? texts.drawDigit : texts.draw;
  const switches = languageCodes.map((other) =>
    other === code
      ? `<span lang="${other}" aria-current="true">${languages[other].language}</span>`
      : `<a href="?lang=${other}" lang="${other}" hreflang="${other}">${languages[other].language}</a>`,
  );
  return `<!doctype html>
<html lang="${code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${texts.title}: ${heading}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page/page.css">
<script type="application/json" id="texts">${JSON.stringify(texts).replaceAll("<", "\\u003c")}</script>
<script type="module" src="page/main.js"></script>
</head>
<body>
<header>
<h1>${heading}</h1>
<nav class="languages" aria-label="${languageCodes.map((other) => languages[other].language).join(", ")}">${switches.join(" ")}</nav>
</header>
<p id="model" class="quiet">${texts.loading}</p>
<main>
<section aria-label="${texts.drawing}">
<canvas id="paper" width="320" height="320" tabindex="0" role="application" aria-label="${texts.drawingArea}" aria-describedby="help"></canvas>
<div class="tools">
<button id="undo" type="button" disabled>${texts.undo}</button>
<button id="clear" type="button" disabled>${texts.clear}</button>
<label class="button">${texts.open}<input id="file" class="hidden" type="file" accept="image/*"></label>
<span class="quiet">${texts.orDrop}</span>
</div>
<p id="help" class="quiet"><small>${texts.help}</small></p>
</section>
<section aria-label="${texts.answer}">
<p id="answer">${texts.nothingYet}</p>
<p id="spoken" class="hidden" role="status"></p>
<ol id="classes" aria-label="${texts.probabilities}"></ol>
<figure id="view" hidden>
<canvas id="seen" width="1" height="1" role="img" aria-label="${texts.seen}"></canvas>
<figcaption class="quiet"><small>${texts.seen} <span id="size"></span></small></figcaption>
</figure>
</section>
</main>
<footer>
<h2>${texts.fromProgram}</h2>
<pre tabindex="0"><code id="example"></code></pre>
<p><a href="openapi.json">${texts.reference}</a> <a href="metrics">${texts.metrics}</a> <a href="health">${texts.health}</a></p>
</footer>
</body>
</html>
`;
}
