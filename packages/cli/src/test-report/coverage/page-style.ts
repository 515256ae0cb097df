/** The look of the coverage page, in the reader's choice of light or dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --dim: #667085; --page: #f6f7f9; --card: #fff; --rule: #e3e6eb;
  --full: #1f8a5b; --full-soft: #e5f5ed; --part: #b7791f; --part-soft: #fdf4e1; --low: #c2373f; --low-soft: #fdebec; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --dim: #98a2b3; --page: #12151b; --card: #1a1f28;
  --rule: #2b323e; --full: #4cc38a; --full-soft: #14291f; --part: #e0ac4f; --part-soft: #2b2313; --low: #f2777e; --low-soft: #321a1d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 1.1rem; font-weight: 600; color: var(--dim); margin: 0; }
.lead { margin: .25rem 0 2rem; font-size: 1.05rem; color: var(--dim); }
.lead strong { display: block; font-size: 2.75rem; line-height: 1.15; color: var(--ink); letter-spacing: -.02em; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; margin-bottom: 2rem; overflow: hidden; }
h2 { font-size: 1rem; margin: 0; padding: 1rem 1.25rem; display: flex; justify-content: space-between; gap: 1rem; overflow-wrap: anywhere; }
.percent { white-space: nowrap; }
.percent.full { color: var(--full); } .percent.part { color: var(--part); } .percent.low { color: var(--low); }
.kinds { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .75rem 1.5rem; padding: 0 1.25rem 1.25rem; }
.kind { display: grid; grid-template-columns: 1fr auto; font-size: .85rem; }
.number { color: var(--dim); font-variant-numeric: tabular-nums; }
meter { grid-column: 1 / -1; width: 100%; height: .5rem; border: 0; border-radius: 4px; background: var(--rule); overflow: hidden; }
meter::-webkit-meter-bar { height: .5rem; border: 0; border-radius: 4px; background: var(--rule); }
meter.full::-webkit-meter-optimum-value { background: var(--full); } meter.full::-moz-meter-bar { background: var(--full); }
meter.part::-webkit-meter-optimum-value { background: var(--part); } meter.part::-moz-meter-bar { background: var(--part); }
meter.low::-webkit-meter-optimum-value { background: var(--low); } meter.low::-moz-meter-bar { background: var(--low); }
.source { width: 100%; border-collapse: collapse; border-top: 1px solid var(--rule); font: 13px/1.65 ui-monospace, Menlo, Consolas, monospace; }
.source td { padding: 0 .75rem; vertical-align: top; }
.line { color: var(--dim); text-align: right; user-select: none; width: 1%; border-left: 4px solid transparent; }
.code { white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
.seen { text-align: right; white-space: nowrap; width: 1%; }
tr.full .line { border-left-color: var(--full); } tr.part .line { border-left-color: var(--part); } tr.low .line { border-left-color: var(--low); }
tr.part { background: var(--part-soft); } tr.low { background: var(--low-soft); }
.chip { display: inline-block; font: 12px/1.5 system-ui, sans-serif; color: var(--dim); margin-left: .75rem; }
.chip b { font-weight: 600; color: var(--full); }
.chip.never { color: var(--low); font-weight: 600; }
`;
