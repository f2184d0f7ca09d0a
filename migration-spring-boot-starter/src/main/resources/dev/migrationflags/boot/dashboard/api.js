// The server: one stream of snapshots, and changes by POST.

let token;

export async function session() {
  const response = await fetch("api/session", { headers: { Accept: "application/json" } });
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.detail);
  }
  token = body.csrf;
  return body;
}

export function watch(flag, onSnapshot, onState) {
  const source = new EventSource(`api/events${flag ? `?flag=${encodeURIComponent(flag)}` : ""}`);
  source.onopen = () => onState("live");
  source.onerror = () => onState(source.readyState === EventSource.CLOSED ? "closed" : "lost");
  source.onmessage = (event) => onSnapshot(JSON.parse(event.data));
  return () => source.close();
}

// Resolves to the reasons of a refusal, none if it was done.
export async function change(path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (token) {
    headers[token.header] = token.token;
  }
  let response;
  try {
    response = await fetch(`api/flags/${path}`, { method: "POST", headers, body: JSON.stringify(body || {}) });
  }
  catch {
    return ["The server does not answer. Nothing is known about the change: look at the history."];
  }
  if (response.ok) {
    return [];
  }
  let problem = {};
  try {
    problem = await response.json();
  }
  catch {
    // not ours: a proxy's or a login page
  }
  if (Array.isArray(problem.refused)) {
    return problem.refused;
  }
  if (response.status === 401 || response.status === 403) {
    return ["You are not allowed to do that, or your session is over: load the page again."];
  }
  return [problem.detail || `The server answered ${response.status}.`];
}
