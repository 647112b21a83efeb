/** The parts of a page, by the names that its template gives them. */

/** A part of the page that its template promises. */
export function part(name: string): HTMLElement {
  const found = document.getElementById(name);
  if (!found) throw new Error(`The page has no part ${name}.`);
  return found;
}
