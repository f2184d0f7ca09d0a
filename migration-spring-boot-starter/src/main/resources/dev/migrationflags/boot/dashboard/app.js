// What the address asks for, and the connection that keeps it live.

import { html, render, useEffect, useState } from "./lib/preact-htm.js";
import { session, watch } from "./api.js";
import { time } from "./format.js";
import { FlagPage } from "./flag.js";
import { Overview } from "./overview.js";

const asked = () => decodeURIComponent(window.location.hash.replace(/^#\/?/, ""));

const CONNECTION = {
  waiting: "connecting …",
  live: "live",
  lost: "connection lost, trying again",
  closed: "refused",
};

function useLocation() {
  const [flag, setFlag] = useState(asked());
  useEffect(() => {
    const listener = () => {
      setFlag(asked());
      window.scrollTo(0, 0);
    };
    window.addEventListener("hashchange", listener);
    return () => window.removeEventListener("hashchange", listener);
  }, []);
  return flag;
}

function Page({ snapshot, wanted, writable, connection, problem }) {
  if (!snapshot && connection === "closed") {
    return html`<main class="page"><h1>Migrations</h1><p>${problem || "The server refuses to tell. Load the page again."}</p></main>`;
  }
  if (!snapshot) {
    return html`<main class="page"><p class="quiet">Waiting for figures …</p></main>`;
  }
  const keys = Object.keys(snapshot.flags);
  if (wanted && !keys.includes(wanted)) {
    return html`<main class="page"><p>There is no flag “${wanted}”. <a href="#/">All migrations</a></p></main>`;
  }
  if (wanted && snapshot.flag?.key === wanted) {
    return html`<${FlagPage} flag=${snapshot.flag} single=${keys.length === 1} writable=${writable} />`;
  }
  return wanted ? html`<main class="page"><p class="quiet">Waiting for figures …</p></main>` : html`<${Overview} flags=${snapshot.flags} />`;
}

function App() {
  const wanted = useLocation();
  const [about, setAbout] = useState(null);
  const [snapshot, setSnapshot] = useState(null);
  const [connection, setConnection] = useState("waiting");
  const [problem, setProblem] = useState("");
  useEffect(() => {
    session().then(setAbout, (error) => setProblem(error.message));
  }, []);
  useEffect(() => watch(wanted, setSnapshot, setConnection), [wanted]);
  useEffect(() => {
    document.title = wanted ? `${wanted} · Migrations` : "Migrations";
  }, [wanted]);
  return html`
    <header class="bar">
      <a class="brand" href="#/">Migrations</a>
      <span class="quiet">${about ? html`this node, since ${time(about.since)}${about.durable ? "" : ", stages kept in memory"}${about.writable ? "" : ", read only"}` : ""}</span>
      <span class="connection ${connection}" role="status">${CONNECTION[connection]}</span>
    </header>
    <${Page} snapshot=${snapshot} wanted=${wanted} writable=${about?.writable} connection=${connection} problem=${problem} />`;
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${App} />`, root);
