/**
 * Takes the differences of `next` over into `now`, in place, so that focus, selection and the reading position of a screen reader
 * stay. What the reader folded open stays open, and what is marked `data-keep` is filled by the script.
 */
export function adopt(now: Node, next: Node): void {
  if (now.nodeName !== next.nodeName) {
    now.parentNode?.replaceChild(next, now);
    return;
  }
  if (!(now instanceof Element && next instanceof Element)) {
    if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
    return;
  }
  adoptAttributes(now, next);
  if (next.hasAttribute("data-keep")) return;
  const before = [...now.childNodes];
  const after = [...next.childNodes];
  after.forEach((child, index) => {
    const old = before[index];
    if (old === undefined) now.append(child);
    else adopt(old, child);
  });
  for (const child of before.slice(after.length)) child.remove();
}

function adoptAttributes(now: Element, next: Element): void {
  const isOurs = (name: string): boolean => now.nodeName !== "DETAILS" || name !== "open";
  for (const { name } of [...now.attributes]) if (isOurs(name) && !next.hasAttribute(name)) now.removeAttribute(name);
  for (const { name, value } of next.attributes) {
    if (isOurs(name) && now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
}
