/** The whole drawing: ground, boundaries, circles for each level of areas, sites when near, and names. Nothing in it
 * comes from outside: no tiles, no pictures, and letters of the machine's own fonts. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

import { ASSESSED, circleLayers, NOT_ASSESSED, radiusOf, type Zooms } from "./circles";
import { type Colours, coloursNow } from "./colours";
import type { AreaCentres, Areas, Sites } from "./read";

const ZOOM_PER_LEVEL = 1.6;
const LARGEST_AREA = 30;
const LARGEST_ON_A_PHONE = 14;
const LARGEST_SITE = 16;
const CIRCLES_ACROSS = 24; // so many of the largest, side by side, fill the width
const TEXT_SIZE = 12;
const TEXT_GAP = 0.2;
const FONTS = ["system-ui", "Noto Sans", "Noto Sans Arabic", "sans-serif"];

/** The names of layers in which something can be chosen. */
export const CHOICES = /^(sites|circles|areas)-/;

export interface Drawing {
  areas: Areas;
  centres: AreaCentres;
  sites: Sites;
  mostAtSite: number;
  levels: number[];
  fitted: number; // the zoom at which everything is in view
  width: number; // of the map, in pixels
}

/** The zoom from which sites take the place of circles. */
export function sitesFrom(fitted: number, levels: number[]): number {
  return fitted + levels.length * ZOOM_PER_LEVEL;
}

/** The filter for the outline of the chosen area; an empty code is none. */
export function chosenArea(pcode: string): FilterSpecification {
  return ["==", ["get", "pcode"], pcode];
}

function areaLayers(colours: Colours): LayerSpecification[] {
  const source = "areas";
  return [
    { id: "ground", type: "background", paint: { "background-color": colours["map-ground"] } },
    { id: "areas-assessed", type: "fill", source, filter: ASSESSED, paint: { "fill-color": colours["map-area"] } },
    // In the ground's own colour: it looks empty, and can still be chosen.
    { id: "areas-hollow", type: "fill", source, filter: NOT_ASSESSED, paint: { "fill-color": colours["map-ground"] } },
    {
      id: "borders",
      type: "line",
      source,
      paint: { "line-color": colours["map-line"], "line-width": ["case", ["==", ["get", "level"], 1], 1.2, 0.6] },
    },
    {
      id: "chosen",
      type: "line",
      source,
      filter: chosenArea(""),
      paint: { "line-color": colours.accent, "line-width": 2.5 },
    },
  ];
}

function nameLayer(
  colours: Colours,
  level: number,
  radius: ExpressionSpecification,
  zooms: Zooms,
): LayerSpecification {
  return {
    id: `names-${level}`,
    type: "symbol",
    source: "centres",
    ...zooms,
    filter: ["==", ["get", "level"], level],
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONTS,
      "text-size": TEXT_SIZE,
      "text-variable-anchor": ["top", "bottom", "left", "right"],
      "text-radial-offset": ["+", TEXT_GAP, ["/", radius, TEXT_SIZE]],
    },
    paint: { "text-color": colours.ink, "text-halo-color": colours["map-ground"], "text-halo-width": 1.5 },
  };
}

/** Circles and names of each level take turns as one comes nearer; the finest names stay beside the sites. */
function levelLayers(colours: Colours, { centres, levels, fitted, width }: Drawing): LayerSpecification[] {
  const largest = Math.max(LARGEST_ON_A_PHONE, Math.min(LARGEST_AREA, width / CIRCLES_ACROSS));
  return levels.flatMap((level, place) => {
    const counts = centres.features.filter(({ properties }) => properties.level === level);
    const most = Math.max(...counts.map(({ properties }) => properties.individuals ?? 0));
    const radius = radiusOf(most, largest);
    const from: Zooms = place > 0 ? { minzoom: fitted + place * ZOOM_PER_LEVEL } : {};
    const zooms: Zooms = { ...from, maxzoom: fitted + (place + 1) * ZOOM_PER_LEVEL };
    const only: FilterSpecification[] = [["==", ["get", "level"], level]];
    return [
      ...circleLayers(colours, { id: `circles-${level}`, source: "centres", only, radius, zooms }),
      nameLayer(colours, level, radius, place < levels.length - 1 ? zooms : from),
    ];
  });
}

/** The style that MapLibre draws. */
export function styleOf(drawing: Drawing): StyleSpecification {
  const { areas, centres, sites, mostAtSite, levels, fitted } = drawing;
  const colours = coloursNow();
  const zooms: Zooms = { minzoom: sitesFrom(fitted, levels) };
  const radius = radiusOf(mostAtSite, LARGEST_SITE);
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: areas },
      centres: { type: "geojson", data: centres },
      sites: { type: "geojson", data: sites },
    },
    layers: [
      ...areaLayers(colours),
      ...levelLayers(colours, drawing),
      ...circleLayers(colours, { id: "sites", source: "sites", only: [], radius, zooms }),
    ],
  };
}
