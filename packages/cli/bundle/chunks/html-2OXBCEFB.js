import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{escapeXml}from"./chunk-CZYLUFZN.js";import"./chunk-VI7EKCQ2.js";import{describeOutcomes,listMissing,readSourceLines}from"./chunk-HQBTTNYQ.js";import"./chunk-DBKPMPK3.js";import{COVERAGE_KINDS,countOutcomes,toPercent}from"./chunk-VAJGCAE7.js";import"./chunk-JYNZXZ6J.js";import"./chunk-LALPUALP.js";import"./chunk-G4PQTRNE.js";import"./chunk-U6Y3RKHU.js";import"./chunk-HWKTSPQX.js";import"./chunk-HMPSY265.js";import"./chunk-V5IETCDP.js";import"./chunk-2WXZRE6T.js";import"./chunk-3MEP23TK.js";import"./chunk-P2Z4IXNM.js";import"./chunk-2ACGFELF.js";import"./chunk-E3JWMDON.js";var PAGE_STYLE=`
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
`;var TITLES={tool:"Tools",rule:"Rules",pattern:"Patterns","rate-limit":"Rate limits","protected-path":"Protected paths","dlp-pattern":"DLP patterns",method:"Methods"};function renderCoverageHtml(coverage,{resolveFile}){let all=countOutcomes(coverage.flatMap(({items})=>items)),body=coverage.map(each=>renderPolicy(each,resolveFile(each.policy))).join(`
`);return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policy coverage: ${toPercent(all)} %</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>Policy coverage</h1>
<p class="lead"><strong>${toPercent(all)} %</strong> ${all.seen} of ${all.total} outcomes were seen in the tests</p>
</header>
<main>
${body}
</main>
</body>
</html>
`}function renderPolicy(coverage,path){let{policy,items}=coverage,counts=countOutcomes(items),source=readSourceLines(coverage,path);return`<section>
<h2>${escapeXml(policy)} <span class="percent ${gradeOf(toPercent(counts))}">${toPercent(counts)} %</span></h2>
<div class="kinds">${COVERAGE_KINDS.map(kind=>renderKind(kind,items)).join("")}</div>
${source===null?renderList(items):`<table class="source">${source.map(renderLine).join("")}</table>`}
</section>`}function renderKind(kind,items){let counts=countOutcomes(items.filter(item=>item.kind===kind));if(counts.total===0)return"";let percent=toPercent(counts);return`<div class="kind"><span>${TITLES[kind]}</span><span class="number">${counts.seen} / ${counts.total}</span><meter class="${gradeOf(percent)}" min="0" max="100" value="${percent}">${percent} %</meter></div>`}function gradeOf(percent){return percent>=100?"full":percent>=50?"part":"low"}function renderLine({number,text,items}){let code=`<td class="line">${number}</td><td class="code">${escapeXml(text)}</td>`;if(items.length===0)return`<tr>${code}<td></td></tr>
`;let missing=listMissing(items).length,total=countOutcomes(items).total;return`<tr class="${missing===0?"full":missing<total?"part":"low"}">${code}<td class="seen">${items.map(renderOutcomes).join("")}</td></tr>
`}function renderOutcomes(item){let chips=item.outcomes.map(({name,count})=>count===0?`<span class="chip never">never ${escapeXml(name)}</span>`:`<span class="chip">${escapeXml(name)} <b>${count}</b></span>`);return`<span title="${escapeXml(`${item.kind} ${item.name}`)}">${chips.join("")}</span>`}function renderList(items){return`<ul>${items.map(item=>`<li>${escapeXml(`${item.kind} ${item.name}: ${describeOutcomes(item)}`)}</li>`).join("")}</ul>`}export{renderCoverageHtml};
