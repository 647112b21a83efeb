/** Buttons for those who do not pinch or scroll: nearer, farther, everything. */
import type { Map } from "maplibre-gl";

import type { Bounds, Labels } from "./read";

/** Pixels around everything; at the top the status and the buttons need more. */
export const PADDING = { top: 56, bottom: 24, left: 24, right: 24 };

function button(sign: string, words: string | undefined, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = sign;
  element.title = words ?? "";
  element.setAttribute("aria-label", words ?? "");
  element.addEventListener("click", act);
  return element;
}

/** Add the three buttons to the frame of a map. */
export function addButtons(frame: HTMLElement, map: Map, bounds: Bounds, labels: Labels): void {
  const group = document.createElement("div");
  group.className = "map-buttons";
  group.append(
    button("+", labels.zoomIn, () => map.zoomIn()),
    button("−", labels.zoomOut, () => map.zoomOut()),
    button("⤢", labels.showAll, () => map.fitBounds(bounds, { padding: PADDING })),
  );
  frame.append(group);
}
