/**
 * Default values from the address of the page: `?d[/data/village]=Bor`, or `#d[/data/village]=Bor`, which the server
 * never sees and which is therefore the way for anything that names people. `d[village]` will do, too.
 */

const GIVEN = /^d\[(?<path>[^\]]+)\]$/;

/** The answers that an address brings, by the path of their question. */
export function defaultsOf(address: URL): ReadonlyMap<string, string> {
  const given = [...address.searchParams, ...new URLSearchParams(address.hash.slice(1))];
  const named = given.map(([name, value]) => [GIVEN.exec(name)?.groups?.path ?? "", value] as const);
  return new Map(named.filter(([path]) => path));
}

/** Where a path leads within the form's own answers; null for the form's notes about itself, and for groups. */
function answerAt(root: Element, path: string): Element | null {
  const steps = path.split("/").filter(Boolean);
  if (path.startsWith("/")) steps.shift();
  let here: Element | null = root;
  for (const step of steps) here = [...(here?.children ?? [])].find((child) => child.localName === step) ?? null;
  const isAnswer = here && here !== root && !here.children.length && !here.closest("meta");
  return isAnswer ? here : null;
}

/** A form whose questions begin with these answers; a path that leads nowhere is left out. */
export function withDefaults(xml: string, defaults: ReadonlyMap<string, string>): string {
  if (!defaults.size) return xml;
  const form = new DOMParser().parseFromString(xml, "text/xml");
  const root = form.querySelector("model > instance")?.firstElementChild;
  if (!root) return xml;
  for (const [path, value] of defaults) {
    const answer = answerAt(root, path);
    if (answer) answer.textContent = value;
  }
  return new XMLSerializer().serializeToString(form);
}
