import { formatAge } from "./format.ts";

/**
 * Follows the stream: each message is the whole page, whose differences are taken over in place, so that focus, selection and
 * the reading position of a screen reader stay. Between messages it counts the ages on.
 */
export const SCRIPT: string = `"use strict";
const formatAge = ${formatAge.toString()};
const SILENCE_MS = 40000;
const RETRY_MS = 5000;
const CLOSED = 2;

let stream;
let retry;
let heardAt;
let shownAt = performance.now();

function adopt(now, next) {
  if (now.nodeName !== next.nodeName) return now.replaceWith(next);
  if (now.nodeType !== Node.ELEMENT_NODE) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
    return;
  }
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name)) now.removeAttribute(name);
  for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  const before = [...now.childNodes];
  const after = [...next.childNodes];
  after.forEach((child, index) => (before[index] ? adopt(before[index], child) : now.append(child)));
  before.slice(after.length).forEach((child) => child.remove());
}

function show(event) {
  const next = new DOMParser().parseFromString(JSON.parse(event.data), "text/html");
  shownAt = heardAt = performance.now();
  document.title = next.title;
  adopt(document.body, next.body);
}

function lose() {
  document.getElementById("lost").hidden = false;
}

function disconnect() {
  clearTimeout(retry);
  stream?.close();
}

function connect() {
  disconnect();
  heardAt = performance.now();
  stream = new EventSource("api/stream");
  stream.addEventListener("page", show);
  stream.addEventListener("heartbeat", () => {
    heardAt = performance.now();
  });
  stream.addEventListener("error", () => {
    lose();
    // After an answer that is no stream, as while the add-on restarts, the browser gives up.
    if (stream.readyState === CLOSED) retry = setTimeout(connect, RETRY_MS);
  });
}

function count() {
  if (performance.now() - heardAt > SILENCE_MS) {
    lose();
    connect();
  }
  if (!document.getElementById("lost").hidden) return;
  const elapsed = (performance.now() - shownAt) / 1000;
  for (const element of document.querySelectorAll("[data-age], [data-left]")) {
    const { age, left, seconds } = element.dataset;
    const text = formatAge(left === undefined ? Number(age) + elapsed : Number(left) - elapsed, seconds !== undefined);
    if (element.textContent !== text) element.textContent = text;
  }
}

// A page that nobody looks at takes nothing from the add-on.
document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
setInterval(() => {
  if (!document.hidden) count();
}, 1000);
if (!document.hidden) connect();
`;
