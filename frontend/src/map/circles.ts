/** Circles whose area, not radius, is in proportion to people; hollow ones where nobody assessed. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";

import type { Colours } from "./colours";

const SMALLEST_RADIUS = 3;
const HOLLOW_RADIUS = 5;

export const NOT_ASSESSED: FilterSpecification = ["==", ["get", "individuals"], null];
export const ASSESSED: FilterSpecification = ["!=", ["get", "individuals"], null];

/** From which zoom, and up to which, a layer is drawn. */
export interface Zooms {
  minzoom?: number;
  maxzoom?: number;
}

export interface Circles {
  id: string;
  source: string;
  only: FilterSpecification[];
  radius: ExpressionSpecification;
  zooms: Zooms;
}

/** A radius of pixels: the largest for as many people as anywhere, and never so small that it cannot be seen. */
export function radiusOf(most: number, largest: number): ExpressionSpecification {
  const people: ExpressionSpecification = ["coalesce", ["get", "individuals"], 0];
  const share: ExpressionSpecification = ["sqrt", ["/", people, Math.max(most, 1)]];
  return ["max", SMALLEST_RADIUS, ["*", largest, ["min", 1, share]]];
}

/** The two layers of one kind of circle. */
export function circleLayers(colours: Colours, { id, source, only, radius, zooms }: Circles): LayerSpecification[] {
  const hollow: FilterSpecification = ["all", NOT_ASSESSED, ...only] as FilterSpecification;
  const people: FilterSpecification = ["all", ASSESSED, ...only] as FilterSpecification;
  return [
    {
      id: `${id}-hollow`,
      type: "circle",
      source,
      ...zooms,
      filter: hollow,
      paint: {
        "circle-radius": HOLLOW_RADIUS,
        "circle-color": colours["map-ground"],
        "circle-opacity": 0.6,
        "circle-stroke-color": colours["ink-quiet"],
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: `${id}-people`,
      type: "circle",
      source,
      ...zooms,
      filter: people,
      paint: {
        "circle-radius": radius,
        "circle-color": colours["map-people"],
        "circle-opacity": 0.75,
        "circle-stroke-color": colours["map-ring"],
        "circle-stroke-width": 1,
      },
    },
  ];
}
