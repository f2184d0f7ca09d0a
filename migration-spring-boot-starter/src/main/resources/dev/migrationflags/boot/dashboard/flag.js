// One flag: where it is, whether the new side is right, fast and safe to lead, and what to do next.

import { html, useEffect, useState } from "./lib/preact-htm.js";
import { StageActions, SyncActions } from "./actions.js";
import { Chart } from "./chart.js";
import { count, duration, lowerBound, percent, rate, share, time } from "./format.js";
import { consistency, repairs, Ready } from "./overview.js";
import { meaning, newLeads, Track } from "./stages.js";

const KEPT = 300;

// Latency is drawn from the time on when the page was opened.
function useHistory(flag) {
  const [history, setHistory] = useState({ key: "", times: [], oldP99: [], newP99: [], oldP50: [], newP50: [] });
  useEffect(() => {
    const { old, new: fresh } = flag.sides;
    setHistory((before) => {
      const empty = before.key !== flag.key;
      const add = (list, value) => [...(empty ? [] : list), Number.isFinite(value) ? value : null].slice(-KEPT);
      return {
        key: flag.key,
        times: add(before.times, flag.time / 1000),
        oldP50: add(before.oldP50, old.p50),
        newP50: add(before.newP50, fresh.p50),
        oldP99: add(before.oldP99, old.p99),
        newP99: add(before.newP99, fresh.p99),
      };
    });
  }, [flag.time]);
  return history;
}

function Targeting({ flag }) {
  const rules = [];
  for (const [stage, percentage] of Object.entries(flag.rollout || {})) {
    rules.push(html`<li>${percentage} % of ${flag.context || "user"} contexts: <strong>${stage}</strong></li>`);
  }
  for (const cohort of flag.cohorts || []) {
    const goal = cohort.stage ? html`<strong>${cohort.stage}</strong>` : Object.entries(cohort.rollout).map(([stage, percentage]) => `${percentage} % ${stage}`).join(", ");
    rules.push(html`<li>cohort ${cohort.name}: ${goal}</li>`);
  }
  return rules.length === 0 ? null : html`<ul class="rules">${rules}<li>everybody else: <strong>${flag.stage}</strong></li></ul>`;
}

function Readiness({ flag }) {
  const checks = flag.readiness.checks;
  return html`<section aria-labelledby="ready-title">
    <h2 id="ready-title">${flag.next ? `Ready for ${flag.next}?` : "At its last stage"}</h2>
    <ul class="checks">${checks.map((check) => html`<li class=${check.ok ? "ok" : check.blocks ? "blocked" : "warned"}>
      <span class="mark" aria-hidden="true">${check.ok ? "✓" : check.blocks ? "✗" : "!"}</span>
      <span><strong>${check.name}</strong> <span class="verdict">${check.ok ? "fine" : check.blocks ? "blocks the move" : "informs"}</span><br /><span class="quiet">${check.detail}</span></span>
    </li>`)}</ul>
  </section>`;
}

function Calls({ flag }) {
  if (flag.windows.length === 0) {
    return html`<p class="quiet">No calls yet.</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Calls of both sides"><table>
    <thead><tr><th scope="col">Operation</th><th scope="col">Side</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Errors</th><th scope="col" class="number">Median</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th></tr></thead>
    <tbody>${flag.windows.map((row) => html`<tr>
      <th scope="row">${row.operation} <span class="quiet">${row.type}</span></th>
      <td><span class="side ${row.origin}">${row.origin}</span></td>
      <td class="number">${rate(row.rate)}</td><td class="number">${percent(row.errors, row.count)}</td>
      <td class="number">${duration(row.p50)}</td><td class="number">${duration(row.p95)}</td><td class="number">${duration(row.p99)}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

function Consistency({ flag }) {
  const buckets = flag.consistency;
  const all = buckets.reduce((sum, bucket) => ({ match: sum.match + bucket.match, other: sum.other + bucket.other }), { match: 0, other: 0 });
  const values = buckets.map((bucket) => (bucket.match + bucket.other === 0 ? null : (100 * bucket.match) / (bucket.match + bucket.other)));
  const bounds = buckets.map((bucket) => (bucket.match + bucket.other === 0 ? null : 100 * lowerBound(bucket.match, bucket.match + bucket.other)));
  const lowest = Math.min(99, ...bounds.filter((value) => value !== null));
  return html`<${Chart} title="Same answer from both sides" summary=${consistency(all)}
    times=${buckets.map((bucket) => bucket.time / 1000)}
    lines=${[
      { label: "same", colour: "--new", values, points: true },
      { label: "at least (dashed)", colour: "--quiet", dashed: true, thin: true, values: bounds },
    ]}
    seconds=${false} format=${(value) => `${share(value / 100)}\u00a0%`} range=${() => [Math.floor(lowest), 100 + (100 - Math.floor(lowest)) / 20]} />`;
}

function Latency({ history }) {
  const last = (list) => list[list.length - 1];
  return html`<${Chart} title="How long a call takes" summary="p99: old ${duration(last(history.oldP99))}, new ${duration(last(history.newP99))}"
    times=${history.times}
    lines=${[
      { label: "old p99 (dashed)", colour: "--old", dashed: true, values: history.oldP99 },
      { label: "new p99", colour: "--new", values: history.newP99 },
      { label: "old median (dashed)", colour: "--old", dashed: true, thin: true, values: history.oldP50 },
      { label: "new median", colour: "--new", thin: true, values: history.newP50 },
    ]}
    seconds=${true} format=${duration} />`;
}

function Mismatches({ flag }) {
  if (flag.paths.length === 0) {
    return html`<p class="quiet">None were seen.</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Mismatches by path"><table>
    <thead><tr><th scope="col">Path</th><th scope="col">What differs</th><th scope="col">Operation</th><th scope="col" class="number">Reads</th><th scope="col">First seen</th><th scope="col">Last seen</th></tr></thead>
    <tbody>${flag.paths.map((row) => html`<tr>
      <th scope="row"><code>${row.path || "(the whole)"}</code></th><td>${row.kind.toLowerCase()}</td><td>${row.operation}</td>
      <td class="number">${count(row.count)}</td><td>${time(row.first)}</td><td>${time(row.last)}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

const SKIPPED = {
  sampled: "left out by read.sampling",
  unchecked: "not compared, by check-sampling",
  oversized: "too large to compare",
  saturated: "dropped: the pool was full",
  open: "not tried: too many failures in a row",
  in_transaction: "in a transaction that had written",
  pending_repair: "not compared: the key was being written or repaired",
  rolled_back: "the caller's transaction was rolled back",
  deadline: "too late to be written",
};

function Skipped({ flag }) {
  if (flag.skipped.length === 0) {
    return html`<p class="quiet">Nothing was left out.</p>`;
  }
  return html`<table><thead><tr><th scope="col">Operation</th><th scope="col">Why</th><th scope="col" class="number">How often</th></tr></thead>
    <tbody>${flag.skipped.map((row) => html`<tr><th scope="row">${row.operation}</th><td>${SKIPPED[row.reason] || row.reason}</td><td class="number">${count(row.count)}</td></tr>`)}</tbody></table>`;
}

function Sync({ flag, writable }) {
  const sync = flag.sync || { state: "idle" };
  const started = sync.state !== "idle";
  const running = sync.state === "running";
  const left = sync.total && sync.rate > 0 && sync.state === "running" ? (sync.total - sync.done) / sync.rate : NaN;
  return html`<section aria-labelledby="sync-title">
    <h2 id="sync-title">Repairs, backfill and verification</h2>
    <p>Repairs: <strong>${repairs(flag.repairs)}</strong></p>
    ${started
      ? html`<p>${sync.kind}: <strong>${sync.state}</strong>, ${running && sync.done === 0
            ? "waits until writes from before have ended"
            : `${count(sync.done)}${sync.total ? ` of ${count(sync.total)}` : ""} keys, ${count(sync.differences)} ${sync.kind === "backfill" ? "copied or removed" : "differ"}${running ? `, ${rate(sync.rate)}${Number.isFinite(left) ? `, ${duration(left)} left` : ""}` : ""}`}</p>
          ${sync.total ? html`<progress max=${sync.total} value=${sync.done} aria-label="${sync.kind}"></progress>` : running && html`<progress aria-label="${sync.kind}"></progress>`}`
      : html`<p class="quiet">Nothing has been copied or verified yet.</p>`}
    ${writable && html`<${SyncActions} flag=${flag} />`}
  </section>`;
}

function History({ flag }) {
  if (flag.changes.length === 0) {
    return html`<p class="quiet">The stage was never moved.</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="History of changes"><table>
    <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Why</th></tr></thead>
    <tbody>${flag.changes.map((row) => html`<tr>
      <td>${time(Date.parse(row.time))}</td><td>${row.actor}</td><td>${row.from}</td><td>${row.to}${row.forced ? html` <span class="badge bad">forced</span>` : ""}</td><td class="reason">${row.reason}</td>
    </tr>`)}</tbody>
  </table></div>`;
}

export function FlagPage({ flag, single, writable }) {
  const history = useHistory(flag);
  return html`<main class="page">
    ${!single && html`<nav><a href="#/">← All migrations</a></nav>`}
    <div class="headline"><h1>${flag.key}</h1><${Ready} flag=${{ ...flag, ready: flag.readiness.ready }} /></div>
    <p class="quiet">${flag.description}</p>
    <section aria-labelledby="stage-title">
      <h2 id="stage-title">Stage</h2>
      <${Track} stages=${flag.stages} stage=${flag.stage} />
      <p>${meaning(flag.stage, flag.operations.map((operation) => operation.type))} <span class="quiet">The ${newLeads(flag.stage) ? "new" : "old"} side leads. Epoch ${flag.epoch}, from ${flag.source}.</span></p>
      ${flag.hold && html`<p class="bad">${flag.hold.source} wants ${flag.hold.stage}, and is held: ${flag.hold.reasons.join("; ")}</p>`}
      <${Targeting} flag=${flag} />
    </section>
    <div class="columns">
      <${Readiness} flag=${flag} />
      <div>
        ${writable && html`<${StageActions} flag=${flag} />`}
        ${flag.keyed && html`<${Sync} flag=${flag} writable=${writable} />`}
      </div>
    </div>
    <section aria-labelledby="calls-title"><h2 id="calls-title">Both sides <span class="quiet">last 5 minutes, this node</span></h2><${Calls} flag=${flag} /></section>
    <div class="columns"><${Consistency} flag=${flag} /><${Latency} history=${history} /></div>
    <section aria-labelledby="paths-title"><h2 id="paths-title">Mismatches by path <span class="quiet">since the start, this node</span></h2><${Mismatches} flag=${flag} /></section>
    <section aria-labelledby="skipped-title"><h2 id="skipped-title">Left out and dropped <span class="quiet">since the start, this node</span></h2><${Skipped} flag=${flag} /></section>
    <section aria-labelledby="history-title"><h2 id="history-title">History</h2><${History} flag=${flag} /></section>
  </main>`;
}
