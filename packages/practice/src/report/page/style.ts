import { allStyles } from "../theme.js";

const swatches = (paper: "light" | "dark") =>
  allStyles.map(([slot, style]) => `--t-${slot}:${style[paper]};`).join("");

const light = `--paper:#f6f5f1;--surface:#fffefb;--ink:#1c1e23;--muted:#5d616a;--grid:#e6e4dd;--line:#d9d6cc;--wrong:#c2410c;--accent:#0b5cad;--shadow:0 1px 2px rgb(40 36 24/.06),0 6px 20px rgb(40 36 24/.05);${swatches("light")}`;
const dark = `--paper:#131519;--surface:#1b1e24;--ink:#e9e8e4;--muted:#a0a5b0;--grid:#2b2f38;--line:#333843;--wrong:#ff8a4c;--accent:#7cbcff;--shadow:none;${swatches("dark")}`;

/**
 * The page's style sheet. It loads nothing: fonts are the reader's own. In print, where every technique has a page,
 * how the report was made stands before them: it would take a page of its own.
 */
export const style = `
:root{color-scheme:light dark;${light}
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Open Sans",Arial,sans-serif;
--serif:Charter,"Bitstream Charter","Iowan Old Style","Sitka Text",Cambria,Georgia,"Noto Serif",serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:4rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 var(--sans);overflow-wrap:break-word}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 1.5rem}
h1,h2,h3,h4,p,figure,dl,dd,ul{margin:0;padding:0}
h1{font:700 clamp(1.9rem,4.6vw,3.1rem)/1.12 var(--serif);letter-spacing:-.015em;max-width:22ch;text-wrap:balance}
h2{font:700 clamp(1.5rem,3vw,2rem)/1.2 var(--serif);letter-spacing:-.01em}
h3{font:700 clamp(1.3rem,2.4vw,1.6rem)/1.2 var(--serif);display:flex;align-items:center;gap:.6rem}
h4,h3.title{font-family:inherit;font-size:1rem;line-height:1.35;font-weight:650;display:flex;align-items:center;gap:.5rem}
svg{display:block;width:100%;height:auto}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.kicker{color:var(--muted);font-size:.875rem;font-weight:600;letter-spacing:.02em;margin-bottom:.9rem}
header{padding-top:clamp(2.2rem,6vw,4.5rem);padding-bottom:1.8rem}
.lead{font:400 clamp(1.12rem,2vw,1.35rem)/1.5 var(--serif);max-width:46em;margin-top:1.1rem;text-wrap:pretty}
.facts{display:flex;flex-wrap:wrap;gap:.9rem 2.4rem;margin-top:1.8rem}
.facts div{min-width:6rem}
.facts dt{color:var(--muted);font-size:.8125rem}
.facts dd{font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums}
.network{margin-top:2rem}
.network figcaption{color:var(--muted);font-size:.875rem;margin-bottom:.6rem}
.network ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(6rem,1fr));gap:.9rem .5rem;margin:0;padding:0;list-style:none}
.network li{min-width:0}
.network svg{width:64px;height:60px;color:var(--accent)}
.network b{display:block;font-size:.8125rem;line-height:1.3;margin-top:.3rem}
.network small{display:block;color:var(--muted);font-size:.8125rem;line-height:1.3}
nav{position:sticky;top:0;z-index:5;background:color-mix(in srgb,var(--paper) 88%,transparent);backdrop-filter:blur(8px);border-block:1px solid var(--line)}
nav ul{display:flex;gap:.35rem;max-width:1160px;margin:0 auto;padding:.5rem 1.5rem;overflow-x:auto;list-style:none;scrollbar-width:none}
nav a{display:flex;align-items:center;gap:.45rem;padding:.3rem .75rem;border-radius:99px;color:var(--ink);text-decoration:none;font-size:.875rem;white-space:nowrap}
nav a:hover{background:var(--grid)}
nav .rule{flex:none;width:1px;background:var(--line);margin:.25rem .35rem}
nav button{font:inherit;font-size:.875rem;color:var(--accent);background:none;border:0;border-radius:99px;padding:.3rem .75rem;white-space:nowrap;cursor:pointer}
nav button:hover{background:var(--grid)}
body:not(.scripted) .scripted{display:none}
.draw{grid-template-columns:minmax(0,20rem) minmax(0,1fr);align-items:start}
.paper{width:100%;aspect-ratio:1;background:#fff;border:1px solid var(--line);border-radius:8px;touch-action:none;cursor:crosshair;display:block}
.tools{display:flex;gap:.5rem}
.seen-by{display:flex;align-items:center;gap:.7rem;margin-top:.9rem;color:var(--muted)}
.seen{width:56px;height:56px;image-rendering:pixelated;border:1px solid var(--line);border-radius:4px;background:#fff}
.readings th span{display:flex;align-items:center;gap:.55rem}
.readings .digit{font-size:1.4rem;font-weight:700;min-width:1.5em}
.readings thead th{min-width:0}
.bars{min-width:9rem}
.bars i{display:inline-block;position:relative;width:8%;height:2.2rem;margin-right:1.5%;font-style:normal;vertical-align:bottom;background:linear-gradient(to top,var(--muted) calc(var(--p,0)*1.3rem),transparent 0) no-repeat 0 0/100% 1.3rem;background-position:0 0}
.bars i.best{background-image:linear-gradient(to top,var(--accent) calc(var(--p,0)*1.3rem),transparent 0)}
.bars b{position:absolute;bottom:0;left:0;right:0;text-align:center;font-weight:400;font-size:.6875rem;color:var(--muted);line-height:.8rem}
.offered{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;margin-top:.5rem}
.offered button{padding:0;border:1px solid var(--line);border-radius:6px;background:color-mix(in srgb,var(--grid) 45%,transparent);cursor:pointer;overflow:hidden}
.offered img{width:44px;height:44px}
.card>table+.note{margin-top:1rem}
body.screens header,body.screens footer,body.screens main>section,body.screens .technique{display:none}
body.screens .current,body.screens #techniques:has(.current){display:block}
body.screens #techniques>h2{display:none}
body.screens .technique{border-top:0;padding-top:0}
section{margin-top:clamp(2.4rem,5vw,3.8rem)}
section>h2+p,.intro{color:var(--muted);max-width:46em;margin-top:.5rem}
.card{background:var(--surface);border:1px solid var(--line);border-radius:14px;padding:clamp(1rem,2.2vw,1.5rem);box-shadow:var(--shadow);min-width:0}
.card>.note,.notes{color:var(--muted);font-size:.875rem;line-height:1.5}
.card>.note{margin:.2rem 0 .9rem}
.grid{display:grid;gap:1.1rem;margin-top:1.2rem}
.two{grid-template-columns:repeat(2,minmax(0,1fr))}
.three{grid-template-columns:repeat(3,minmax(0,1fr))}
.narrow{display:none}
.swatch{flex:none;width:.8em;height:.8em;fill:currentColor}
.legend{display:flex;flex-wrap:wrap;gap:.4rem 1.3rem;list-style:none;font-size:.875rem;color:var(--muted);margin-top:.9rem}
.legend li{display:flex;align-items:center;gap:.5rem}
.legend svg{width:30px;height:14px;flex:none}
.scroll{overflow-x:auto;margin:0 calc(-1*clamp(1rem,2.2vw,1.5rem)) 0;padding:0 clamp(1rem,2.2vw,1.5rem)}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
th,td{padding:.6rem .6rem;text-align:right;vertical-align:baseline;border-bottom:1px solid var(--grid);white-space:nowrap}
thead th{color:var(--muted);font-size:.8125rem;font-weight:600;line-height:1.3;white-space:normal;vertical-align:bottom;min-width:5.2em;border-bottom-color:var(--line)}
tbody th{position:sticky;left:0;background:var(--surface);text-align:left;font-weight:600;white-space:normal;min-width:9.5em}
th:first-child,td:first-child{padding-left:0;text-align:left}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
tbody th a{color:inherit;text-decoration:none;display:flex;gap:.55rem;align-items:center}
tbody th a:hover{text-decoration:underline}
td small{display:block;color:var(--muted);font-size:.8125rem}
td.top{font-weight:700}
td.top::before{content:"";display:inline-block;width:.42em;height:.42em;border-radius:50%;background:var(--ink);margin-right:.45em;vertical-align:.14em}
.notes{margin-top:1.1rem;padding-left:1.1em;columns:2;column-gap:2.5rem}
.notes li{break-inside:avoid;margin-bottom:.45rem}
.technique{scroll-margin-top:4rem;margin-top:1.6rem;padding-top:2rem;border-top:1px solid var(--line)}
.technique>.prose{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:1rem 2.6rem;margin-top:1rem}
.prose h4{color:var(--muted);font-size:.8125rem;margin-bottom:.25rem}
.prose p{text-wrap:pretty}
.prose .aside{color:var(--muted);font-size:.9375rem;margin-top:.7rem}
section>.shows{max-width:58em;margin-top:.9rem;text-wrap:pretty}
.prose .conclusion{font:600 1.12rem/1.5 var(--serif);margin-bottom:.5rem}
.prose .shows{font-family:var(--serif);font-size:1.08rem;line-height:1.6}
.pair{grid-template-columns:minmax(0,4.3fr) minmax(0,6fr);align-items:start}
.stack{display:grid;gap:1.1rem;min-width:0}
.ink{filter:none}
img{display:block;height:auto;image-rendering:pixelated}
@media (prefers-color-scheme:dark){.ink{filter:invert(1)}}
.gallery{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.8rem .7rem;list-style:none}
.gallery img{width:100%;aspect-ratio:1}
.gallery li[hidden]{display:none}
.gallery .frame{background:color-mix(in srgb,var(--grid) 45%,transparent);border-radius:6px;overflow:hidden}
.gallery p{font-size:.8125rem;line-height:1.3;margin-top:.25rem;text-align:center;font-variant-numeric:tabular-nums}
.gallery p svg{display:inline-block;width:14px;height:8px;margin:0 .25em;color:var(--muted)}
.gallery b{color:var(--wrong)}
.gallery small{display:block;color:var(--muted);font-size:.75rem}
.more{margin-top:.8rem;font:inherit;font-size:.875rem;color:var(--accent);background:none;border:1px solid var(--line);border-radius:99px;padding:.25rem .9rem;cursor:pointer}
.more[hidden]{display:none}
.kernels{display:grid;grid-template-columns:repeat(auto-fill,minmax(58px,1fr));gap:.6rem;list-style:none}
.kernels.few{grid-template-columns:repeat(6,minmax(0,1fr))}
.kernels img{width:100%;aspect-ratio:1;border-radius:4px;background:var(--surface);outline:1px solid var(--line)}
.augmented{display:grid;gap:.5rem;overflow-x:auto}
.augmented div{display:grid;grid-template-columns:repeat(var(--n),minmax(44px,1fr));gap:.5rem}
.augmented img{width:100%;aspect-ratio:1}
.augmented .frame{background:color-mix(in srgb,var(--grid) 45%,transparent);border-radius:6px;overflow:hidden}
.augmented .frame:first-child{outline:2px solid var(--ink);outline-offset:-2px}
details .scroll th{min-width:0}
details .scroll{margin-top:.6rem}
details{margin-top:1rem;font-size:.9375rem}
summary{cursor:pointer;color:var(--accent);font-size:.875rem}
figure svg text{pointer-events:none}
[class~=series]{transition:opacity .15s}
.focus [class~=series]:not(.on){opacity:.12}
[class~=cell]{cursor:pointer}
[class~=cell]:focus-visible{outline:2px solid var(--accent);outline-offset:-1px}
[class~=cell].chosen rect,[class~=cell].chosen path{stroke:var(--ink);stroke-width:2}
#tip{position:fixed;left:0;top:0;z-index:9;pointer-events:none;background:var(--ink);color:var(--paper);font-size:.8125rem;line-height:1.4;padding:.4rem .65rem;border-radius:8px;white-space:pre-line;max-width:280px;font-variant-numeric:tabular-nums;opacity:0;transition:opacity .1s}
#tip.on{opacity:1}
#dot{position:fixed;left:0;top:0;z-index:8;pointer-events:none;width:13px;height:13px;margin:-6.5px;border-radius:50%;border:2px solid var(--ink);opacity:0}
#dot.on{opacity:1}
footer{margin-top:4rem;padding-top:1.6rem;padding-bottom:3rem;border-top:1px solid var(--line);font-size:.9375rem}
footer dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.35rem 1.6rem;margin:1rem 0}
footer dt{color:var(--muted)}
code{font:.9em var(--mono);background:var(--grid);padding:.12em .4em;border-radius:5px;overflow-wrap:anywhere}
@media screen and (max-width:1000px){.three{grid-template-columns:repeat(2,minmax(0,1fr))}.two,.pair{grid-template-columns:minmax(0,1fr)}.pair>.stack:first-child>.card>svg{max-width:430px;margin-inline:auto}}
@media screen and (max-width:720px){
main,header,footer,nav ul{padding-left:1rem;padding-right:1rem}
.three,.technique>.prose,.draw{grid-template-columns:minmax(0,1fr)}
.readings .bars,.readings thead th:last-child{display:none}
.notes{columns:1}
.wide{display:none}.narrow{display:block}
.facts{gap:.8rem 1.6rem}
.gallery{gap:.7rem .4rem}
}
@media screen and (max-width:480px){footer dl{grid-template-columns:minmax(0,1fr);gap:0}footer dd{margin-bottom:.6rem}}
@page{margin:1cm}
@media print{
body.screens header,body.screens footer,body.screens main>section,body.screens .technique{display:block!important}
:root{${light}--paper:#fff;--surface:#fff;color-scheme:light}
body{font-size:9.5pt;line-height:1.45}nav,.more,.hint,details,#draw,#tip,#dot{display:none!important}.ink{filter:none}
#page{display:flex;flex-direction:column}main{display:contents}header,footer{padding:0;margin-inline:0;max-width:none}footer{order:1}#techniques{order:2}h1{font-size:22pt}h2{font-size:15pt}h3{font-size:13pt}h4{font-size:10pt}.lead{font-size:11.5pt;margin-top:.6rem}
.card,figure,tr,header,.prose,#curves>section,footer{break-inside:avoid}h2,h3,h4,.intro{break-after:avoid}
.card{box-shadow:none;padding:.6rem .7rem;border-radius:8px}#comparison .card:has(>.notes){break-inside:auto}table{break-inside:avoid}.card>.note,.notes,.legend{font-size:8pt}
section,footer{margin-top:1.3rem}.grid,.stack{gap:.6rem;margin-top:.7rem}.network ol{grid-template-columns:repeat(auto-fit,minmax(3.6rem,1fr));gap:.4rem}.network{margin-top:1.2rem}.stack{margin-top:0}.facts{gap:.4rem 1.3rem;margin-top:.9rem}.facts div{min-width:0}.facts dd{font-size:1.05rem}
.scroll{overflow:visible}table{font-size:8pt}th,td{padding:.25rem .25rem}thead th,tbody th{min-width:0;position:static}td small,thead th{font-size:7pt}td small{white-space:normal}
.two .wide{display:none}.two .narrow{display:block}
#techniques,.technique+.technique{break-before:page}.technique{margin-top:.6rem;padding-top:.6rem;zoom:.92}h3+.prose{margin-top:.5rem}
.prose .shows{font-size:9.5pt;line-height:1.45}.prose .aside{font-size:8.5pt;margin-top:.3rem}
.gallery{grid-template-columns:repeat(8,minmax(0,1fr));gap:.3rem .5rem}.gallery p,.gallery small{font-size:7pt;margin-top:.1rem}.augmented{gap:.2rem;overflow:visible}.augmented div{grid-template-columns:repeat(var(--n),minmax(0,1fr));gap:.3rem}.augmented div:nth-child(n+4){display:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;
