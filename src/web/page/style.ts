export const STYLE = `:root {
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
.unknown, .none { color: var(--unknown); }
.hint, .facts, .state, .age, .nothing, small { color: var(--quiet); }
.hint, .facts, .state, .age, .words, small { font-size: 0.875rem; }

.icon { flex: none; height: 1.25rem; width: 1.25rem; }
symbol circle, symbol .body { fill: currentColor; stroke: none; }
symbol .body { stroke: currentColor; stroke-linejoin: round; stroke-width: 1.5; }
symbol path:not(.body) { fill: none; stroke: var(--card); stroke-linecap: round; stroke-linejoin: round; stroke-width: 2.6; }

.card, .tile, .deductions { background: var(--card); border: 1px solid var(--line); border-radius: 0.9rem; box-shadow: var(--shadow); padding: 1rem 1.15rem; }
.banner { background: var(--unknown-tint); border-radius: 0.9rem; color: var(--text); padding: 0.75rem 1.15rem; }
.banner.problem { background: var(--problem); color: var(--card); font-weight: 600; position: sticky; top: 0.5rem; z-index: 1; }
#lost:not([hidden]) ~ * { filter: grayscale(1); opacity: 0.6; }

.verdict { align-items: center; border-radius: 0.9rem; display: flex; gap: 1rem; padding: 1.1rem 1.25rem; }
.verdict .icon { height: 2.5rem; width: 2.5rem; }
.verdict h2 { font-size: clamp(1.35rem, 1.1rem + 1.2vw, 1.8rem); letter-spacing: -0.015em; }
.verdict ul { color: var(--text); margin-top: 0.2rem; }
.verdict.ok { background: var(--ok-tint); }
.verdict.problem { background: var(--problem-tint); }
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

.deductions { border-left: 4px solid var(--problem); }
.deductions h3 { font-size: 1rem; }
.deductions ul { list-style: disc; margin-top: 0.25rem; padding-left: 1.1rem; }
.interfaces { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); }
.interfaces .card { display: flex; flex-direction: column; }
.interfaces .card:only-child { max-width: 34rem; }
.interfaces h3 { font-size: 1.1rem; }
.paths { align-content: start; border-block: 1px solid var(--line); display: grid; flex: 1; gap: 0.65rem; margin: 0.75rem 0; padding: 0.75rem 0; }
.paths li { display: flex; gap: 0.6rem; }
.paths .icon { margin-top: 0.1rem; }
[data-age], [data-left], .age { white-space: nowrap; }
.reason { font-size: 0.875rem; }
.measures { display: grid; gap: 0.3rem; font-variant-numeric: tabular-nums; }
.measures div { display: grid; gap: 0 0.5rem; grid-template-columns: 1fr auto; }
.measures .latency { grid-template-columns: repeat(3, 1fr); padding-bottom: 0.3rem; }
.latency dt { grid-column: 1 / -1; }
.latency small { display: block; line-height: 1.2; }
.measures dt { color: var(--quiet); }

.home-assistant, .companion { align-items: start; display: flex; gap: 0.75rem; }
.home-assistant .icon, .companion .icon { margin-top: 0.1rem; }
.home-assistant h2, .companion h2 { font-size: 1rem; }
.steps { display: grid; gap: 0.35rem; margin: 0.6rem 0; padding-left: 1.4rem; }
.steps li { border-radius: 0.5rem; color: var(--quiet); padding: 0.15rem 0.5rem; }
.steps [aria-current] { background: var(--unknown-tint); color: var(--text); font-weight: 600; }
.companion form { margin: 0.6rem 0 0.35rem; }
button { background: var(--link); border: 0; border-radius: 0.6rem; color: var(--card); cursor: pointer; font: inherit; font-weight: 600; padding: 0.5rem 1.1rem; }
footer { color: var(--quiet); font-size: 0.875rem; margin-top: 1.5rem; text-align: center; }
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
