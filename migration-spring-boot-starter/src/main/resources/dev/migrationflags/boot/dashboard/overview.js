// All flags at a glance.

import { html } from "./lib/preact-htm.js";
import { count, duration, lowerBound, percent, rate, share } from "./format.js";
import { Track } from "./stages.js";

export function consistency(counts) {
  const all = counts.match + counts.other;
  return all === 0 ? "no comparisons" : `${share(counts.match / all, 2)}\u00a0% of ${count(all)}, at least ${share(lowerBound(counts.match, all))}\u00a0%`;
}

export function repairs(value) {
  if (!value || (!value.pending && !value.parked && value.pending !== null)) {
    return "none pending";
  }
  if (value.pending === null || value.pending === undefined) {
    return "unknown";
  }
  return `${count(value.pending)} pending${value.oldestAge ? `, oldest ${duration(value.oldestAge)}` : ""}${value.parked ? `, ${count(value.parked)} parked` : ""}`;
}

function Side({ name, calls }) {
  return html`<div><dt>${name} side</dt><dd>${calls.count === 0 ? "no calls" : html`${rate(calls.rate)} · p99 ${duration(calls.p99)} · ${percent(calls.errors, calls.count)} errors <span class="quiet">${calls.operation}</span>`}</dd></div>`;
}

function Card({ flag }) {
  return html`<li class="card">
    <a href="#/${flag.key}" aria-label="${flag.key}, at ${flag.stage}">
      <div class="headline"><h2>${flag.key}</h2><${Ready} flag=${flag} /></div>
      <p class="quiet">${flag.description}</p>
      <${Track} stages=${flag.stages} stage=${flag.stage} small=${true} />
      <dl class="facts">
        <${Side} name="Old" calls=${flag.sides.old} />
        <${Side} name="New" calls=${flag.sides.new} />
        <div><dt>Same answer</dt><dd>${consistency(flag.consistency)}</dd></div>
        <div><dt>Repairs</dt><dd>${repairs(flag.repairs)}</dd></div>
      </dl>
    </a>
  </li>`;
}

export function Ready({ flag }) {
  if (!flag.next) {
    return html`<span class="badge">at its end</span>`;
  }
  if (flag.ready && flag.doubts > 0) {
    return html`<span class="badge warn">! may go to ${flag.next}, ${flag.doubts === 1 ? "one check warns" : `${flag.doubts} checks warn`}</span>`;
  }
  return flag.ready
    ? html`<span class="badge good">✓ ready for ${flag.next}</span>`
    : html`<span class="badge bad">✗ not ready for ${flag.next}</span>`;
}

export function Overview({ flags }) {
  const all = Object.values(flags);
  return html`<main class="page">
    <h1>Migrations</h1>
    ${all.length === 0 && html`<p>There are no migration flags. Define one under <code>migration.flags</code>, and annotate methods with it.</p>`}
    <ul class="cards">${all.map((flag) => html`<${Card} key=${flag.key} flag=${flag} />`)}</ul>
  </main>`;
}
