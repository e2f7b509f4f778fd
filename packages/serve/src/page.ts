import { pageScript } from "./page-script.js";

/** A page to draw a digit on, in one file: nothing is loaded from elsewhere. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trazo: draw a digit</title>
<style>
:root { color-scheme: light dark; --ink: #16324f; --paper: #fdfdfb; --line: #8a8f98; --bar: #2f6fb2; }
@media (prefers-color-scheme: dark) { :root { --line: #7d8590; --bar: #62a3e6; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 .75rem; }
main { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }
canvas { display: block; width: 100%; max-width: 20rem; aspect-ratio: 1; background: var(--paper);
  border: 2px solid var(--line); border-radius: .5rem; touch-action: none; cursor: crosshair; }
:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
.tools { display: flex; flex-wrap: wrap; gap: .75rem; margin: .75rem 0; align-items: center; }
button, input { font: inherit; }
button { min-height: 2.75rem; padding: 0 1.25rem; }
#answer { font-size: 1.25rem; min-height: 2em; margin: 0 0 .5rem; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 4rem 1fr 4rem; gap: .5rem; align-items: center; }
li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
li span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
li div { height: .8rem; border-radius: .2rem; background: var(--bar); min-width: 1px; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; }
</style>
</head>
<body>
<h1>Draw a digit</h1>
<p id="model">Asking the server for its model…</p>
<main>
<section aria-label="Drawing">
<canvas id="paper" width="320" height="320" tabindex="0" role="img" aria-label="Drawing area" aria-describedby="help"></canvas>
<p id="help"><small>Draw with a finger, a pen or the mouse. By keyboard: the arrow keys move the pen, the space bar lowers
or lifts it, Delete clears.</small></p>
<div class="tools">
<button id="clear" type="button">Clear</button>
<label>or a picture: <input id="file" type="file" accept="image/png,image/jpeg"></label>
</div>
</section>
<section aria-label="Answer">
<p id="answer" role="status" aria-live="polite">Nothing drawn yet.</p>
<ol id="classes" aria-label="Most probable classes"></ol>
</section>
</main>
<h2>From a program</h2>
<pre tabindex="0"><code id="example"></code></pre>
<p><a href="openapi.json">Everything that the server takes and answers</a> (OpenAPI), <a href="metrics">metrics</a>,
<a href="health">health</a>.</p>
<script>${pageScript}</script>
</body>
</html>
`;
