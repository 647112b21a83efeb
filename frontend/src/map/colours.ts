/** The page's own tokens as colours for the map, so that both turn dark and light together. */

export type Token = "map-ground" | "map-area" | "map-line" | "map-people" | "map-ring" | "ink" | "ink-quiet" | "accent";
export type Colours = Record<Token, string>;

const TOKENS: Token[] = ["map-ground", "map-area", "map-line", "map-people", "map-ring", "ink", "ink-quiet", "accent"];
const WHEN_MISSING = "#777777";

/** Read the tokens as they are now. */
export function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (token: Token): [Token, string] => [token, style.getPropertyValue(`--${token}`).trim() || WHEN_MISSING];
  return Object.fromEntries(TOKENS.map(read)) as Colours;
}
