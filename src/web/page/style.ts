declare const __CHART_STYLE__: string | undefined;

const PAGE = `:root {
  color-scheme: light dark;
  --page: #f3f5f7;
  --card: #ffffff;
  --text: #16212c;
  --quiet: #55636f;
  --line: #dfe5ea;
  --ok: #15784a;
  --ok-tint: #e6f5ec;
  --problem: #b3261e;
  --problem-tint: #fdecea;
  --warning: #8a5300;
  --warning-tint: #fdf2dd;
  --line-1: #0b7ea8;
  --line-2: #b06a00;
  --line-3: #2b7d4f;
  --unknown: #5b6975;
  --unknown-tint: #eaeef2;
  --link: #0f6a8b;
  --shadow: 0 1px 2px #16212c14, 0 4px 14px #16212c0d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1419;
    --card: #182028;
    --text: #e7edf2;
    --quiet: #a2b0bc;
    --line: #2a3540;
    --ok: #4fc98d;
    --ok-tint: #12291f;
    --problem: #ff8b82;
    --problem-tint: #351b1a;
    --warning: #f5b74f;
    --warning-tint: #33270f;
    --line-1: #4fc3f7;
    --line-2: #f5b74f;
    --line-3: #7bd69b;
    --unknown: #9fadb9;
    --unknown-tint: #1f2932;
    --link: #6cc4e4;
    --shadow: none;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--page);
  color: var(--text);
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  margin: 0 auto;
  max-width: 68rem;
  overflow-wrap: anywhere;
  padding: 1rem clamp(0.75rem, 3vw, 2rem) 2rem;
}
[hidden], .sprite { display: none; }
ul { list-style: none; padding: 0; }
a { color: var(--link); }
:focus-visible { border-radius: 3px; outline: 2px solid var(--link); outline-offset: 2px; }
h1, h2, h3 { font-weight: 650; line-height: 1.25; }
small, .age, .unit { font-weight: 400; }
.top { align-items: center; display: flex; gap: 0.6rem; margin-bottom: 1rem; }
.top h1 { font-size: 1.15rem; letter-spacing: -0.01em; }
main { display: grid; gap: 1rem; }
.ok { color: var(--ok); }
.problem { color: var(--problem); }
.warning { color: var(--warning); }
.unknown, .none { color: var(--unknown); }
.hint, .facts, .state, .age, .nothing, small { color: var(--quiet); }
.hint, .facts, .state, .age, .words, small { font-size: 0.875rem; }

.icon { flex: none; height: 1.25rem; width: 1.25rem; }
symbol circle, symbol rect, symbol .body { fill: currentColor; stroke: none; }
symbol .body { stroke: currentColor; stroke-linejoin: round; stroke-width: 1.5; }
symbol path:not(.body) { fill: none; stroke: var(--card); stroke-linecap: round; stroke-linejoin: round; stroke-width: 2.6; }

.card, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 0.9rem; box-shadow: var(--shadow); padding: 1rem 1.15rem; }
.banner { background: var(--unknown-tint); border-radius: 0.9rem; color: var(--text); padding: 0.75rem 1.15rem; }
.banner.problem { background: var(--problem); color: var(--card); font-weight: 600; position: sticky; top: 0.5rem; z-index: 1; }
#lost:not([hidden]) ~ * { filter: grayscale(1); opacity: 0.6; }

.verdict { align-items: center; border-radius: 0.9rem; display: flex; gap: 1rem; padding: 1.1rem 1.25rem; }
.verdict .icon { height: 2.5rem; width: 2.5rem; }
.verdict h2 { font-size: clamp(1.35rem, 1.1rem + 1.2vw, 1.8rem); letter-spacing: -0.015em; }
.verdict ul { color: var(--text); margin-top: 0.2rem; }
@media (max-width: 30rem) {
  .verdict { align-items: start; gap: 0.65rem; padding: 1rem; }
  .verdict .icon { height: 1.75rem; width: 1.75rem; }
}
.verdict.ok { background: var(--ok-tint); }
.verdict.problem { background: var(--problem-tint); }
.verdict.warning { background: var(--warning-tint); }
.verdict.unknown { background: var(--unknown-tint); }

.ccu { display: grid; gap: 1rem; margin-top: 0.5rem; }
.ccu > h2 { font-size: 1.25rem; }
.facts { margin-top: -0.9rem; }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
.tile { align-content: start; column-gap: 0.75rem; display: grid; grid-template-columns: 1fr auto; }
.tile dt { font-weight: 600; grid-column: 1; }
.tile dd { grid-column: 1; }
.tile .value { font-size: 2.3rem; font-variant-numeric: tabular-nums; font-weight: 650; letter-spacing: -0.025em; line-height: 1.35; }
.value .unit { color: var(--quiet); font-size: 1.15rem; letter-spacing: 0; }
.value .words { letter-spacing: 0; }
.value .nothing { font-weight: 400; }
.tile .ring { grid-column: 2; grid-row: 1 / span 3; place-self: center; }
.ring svg { display: block; height: 5rem; width: 5rem; }
.ring circle { fill: none; stroke-width: 5; }
.ring .track { stroke: var(--line); }
.ring .arc { stroke: currentColor; stroke-linecap: round; transform: rotate(-90deg); transform-origin: center; transition: stroke-dasharray 0.4s; }

.interfaces { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); }
.interfaces .card { display: flex; flex-direction: column; min-width: 0; }
figure { min-width: 0; }
.ccu .card h3 { font-size: 1.1rem; }
.paths { align-content: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); border-block: 1px solid var(--line); display: grid; flex: 1; gap: 0.65rem; margin: 0.75rem 0; padding: 0.75rem 0; }
.paths li { display: flex; gap: 0.6rem; }
.paths .icon { margin-top: 0.1rem; }
[data-age], [data-left], .age { white-space: nowrap; }
.reason { font-size: 0.875rem; }
.measures { display: grid; gap: 0.3rem; max-width: 30rem; font-variant-numeric: tabular-nums; }
.measures div { align-items: center; display: grid; gap: 0 0.5rem; grid-template-columns: 1fr auto; padding-right: 2rem; position: relative; }
.measures .help { grid-column: 1 / -1; }
.measures .explain > summary { position: absolute; right: 0; top: 0; }
.measures .latency { grid-template-columns: repeat(3, 1fr); padding-bottom: 0.3rem; }
.latency dt { grid-column: 1 / -1; }
.latency small { display: block; line-height: 1.2; }
.measures dt { color: var(--quiet); }

.verdict li { margin-top: 0.35rem; }
.remedy { color: var(--text); }
.cause { border-radius: 0.7rem; display: flex; gap: 0.6rem; margin: 0.75rem 0 0; padding: 0.65rem 0.8rem; }
.ccu > .cause { margin: 0; padding: 1rem 1.15rem; }
.cause p { color: var(--text); }
.cause.problem { background: var(--problem-tint); }
.cause.warning { background: var(--warning-tint); }
.cause.ok { background: var(--ok-tint); }
.cause.none { background: var(--unknown-tint); }
.sr { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px; }
summary { cursor: pointer; }
.more > summary { color: var(--link); font-size: 0.875rem; font-weight: 600; padding: 0.2rem 0; width: fit-content; }
.explain > summary { align-items: center; border: 1px solid var(--line); border-radius: 50%; color: var(--quiet); display: flex; font-size: 0.8125rem; font-weight: 650; height: 1.5rem; justify-content: center; list-style: none; width: 1.5rem; }
.explain > summary::-webkit-details-marker { display: none; }
.explain > summary:hover, .explain[open] > summary { background: var(--unknown-tint); color: var(--text); }
.explain > p { background: var(--unknown-tint); border-radius: 0.6rem; font-size: 0.875rem; margin-top: 0.5rem; padding: 0.6rem 0.75rem; }
.tile { position: relative; }
.tile .help { grid-column: 1 / -1; }
.tile .explain > summary { position: absolute; right: 0.85rem; top: 0.85rem; }
.charts { display: grid; gap: 0.75rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); margin: 0.25rem 0 0.5rem; }
figure { position: relative; }
figcaption { display: flex; flex-wrap: wrap; font-size: 0.875rem; font-variant-numeric: tabular-nums; gap: 0 0.75rem; padding-right: 2rem; }
figure .explain > summary { position: absolute; right: 0; top: 0; }
.key { color: var(--quiet); white-space: nowrap; }
.key::before { border-radius: 2px; content: ""; display: inline-block; height: 0.2rem; margin-right: 0.35rem; vertical-align: middle; width: 0.9rem; }
.key.line-1::before { background: var(--line-1); }
.key.line-2::before { background: var(--line-2); }
.key.line-3::before { background: var(--line-3); }
.readout { color: var(--text); margin-left: auto; }
.chart { margin-top: 0.25rem; overflow: hidden; }
.chart:has(.uplot) { height: 7rem; }
.chart .u-over { cursor: crosshair; }
@media (scripting: none) { .chart { display: none; } }
.signals { display: grid; gap: 0.65rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); margin-top: 0.75rem; }
.signals > li { align-content: start; display: grid; gap: 0 0.6rem; grid-template-columns: auto 1fr; position: relative; }
.signals .icon { margin-top: 0.1rem; }
.signals p { display: flex; flex-wrap: wrap; gap: 0 0.6rem; padding-right: 2rem; }
.signals > li > .explain { grid-column: 1 / -1; }
.signals .explain > summary { position: absolute; right: 0; top: 0; }
.count { font-variant-numeric: tabular-nums; font-weight: 650; }
.entries { display: grid; font-size: 0.875rem; gap: 0.15rem; max-height: 16rem; overflow: auto; padding: 0.35rem 0 0 0.25rem; }
.availability { margin: 0.6rem 0; }
.availability dl { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; padding-right: 2rem; }
.availability { position: relative; }
.availability .explain > summary, .fact .explain > summary { position: absolute; right: 0; top: 0; }
.availability dt { color: var(--quiet); font-size: 0.875rem; }
.availability dd { font-size: 1.25rem; font-variant-numeric: tabular-nums; font-weight: 650; }
.incidents { display: grid; gap: 0.75rem; list-style: none; margin-top: 0.75rem; padding: 0; }
.incidents > li { display: flex; gap: 0.6rem; }
.incidents .entries { list-style: none; }
.maintenance p { margin-top: 0.4rem; }
.choices { align-items: center; display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.75rem; }
.fact { margin-top: 0.6rem; max-width: 30rem; padding-right: 2rem; position: relative; }
progress { accent-color: var(--link); height: 0.5rem; width: 100%; }
.guides { display: grid; gap: 1rem; }
.guides h2 { font-size: 1rem; }
.guides h3 { font-size: 1rem; font-weight: 600; }
.guide form, .guide p + p { margin-top: 0.5rem; }
.home-assistant, .companion { align-items: start; display: flex; gap: 0.75rem; }
.home-assistant .icon, .companion .icon { margin-top: 0.1rem; }
.home-assistant h2, .companion h2 { font-size: 1rem; }
.steps { display: grid; gap: 0.35rem; margin: 0.6rem 0; padding-left: 1.4rem; }
.steps li { border-radius: 0.5rem; color: var(--quiet); padding: 0.15rem 0.5rem; }
.steps [aria-current] { background: var(--unknown-tint); color: var(--text); font-weight: 600; }
.companion p + p { margin-top: 0.5rem; }
.companion form { margin: 0.6rem 0 0.35rem; }
button, .button { background: var(--link); border: 0; border-radius: 0.6rem; color: var(--card); cursor: pointer; font: inherit; display: inline-block; font-weight: 600; padding: 0.5rem 1.1rem; text-decoration: none; }
footer { color: var(--quiet); font-size: 0.875rem; margin-top: 1.5rem; text-align: center; }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;

/** The page's own style after that of the chart library. */
export const STYLE: string = `${typeof __CHART_STYLE__ === "string" ? __CHART_STYLE__ : ""}${PAGE}`;
