/** What the server gives a map: the element's data- attributes, areas and sites. */
import type { FeatureCollection, MultiPolygon, Point, Polygon, Position } from "geojson";

export interface AreaProperties {
  pcode: string;
  name: string;
  level: number;
  individuals: number | null; // null: not assessed, which is not zero
  locations: number;
  lon: number;
  lat: number;
  url?: string;
}

export interface SiteProperties {
  id: string;
  name: string;
  individuals: number | null;
  url: string;
}

export type Areas = FeatureCollection<Polygon | MultiPolygon, AreaProperties>;
export type AreaCentres = FeatureCollection<Point, AreaProperties>;
export type Sites = FeatureCollection<Point, SiteProperties> & { capped?: boolean };
export type Bounds = [west: number, south: number, east: number, north: number];
export type Labels = Record<string, string>;

/** Fetch GeoJSON of this site; anything but a good answer is an error. */
export async function fetchFeatures<T>(address: string | URL, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address, {
    headers: { Accept: "application/geo+json, application/json" },
    signal: signal ?? null,
  });
  if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
  return (await answer.json()) as T;
}

/** The words that the server translated for this map. */
export function labelsOf(element: HTMLElement): Labels {
  return JSON.parse(element.dataset.labels ?? "{}") as Labels;
}

function positions(geometry: Polygon | MultiPolygon): Position[] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flatMap((rings) => rings[0] ?? []);
}

/** The smallest box around all areas; null where there are none. */
export function boundsOf(areas: Areas): Bounds | null {
  let bounds: Bounds | null = null;
  for (const [lon = 0, lat = 0] of areas.features.flatMap((area) => positions(area.geometry))) {
    const [west, south, east, north]: Bounds = bounds ?? [lon, lat, lon, lat];
    bounds = [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)];
  }
  return bounds;
}

/** One point for each area, where its circle and its name are drawn; big ones first, so that small ones lie on top. */
export function centresOf(areas: Areas): AreaCentres {
  const features = areas.features
    .map(({ properties }) => ({
      type: "Feature" as const,
      geometry: { type: "Point" as const, coordinates: [properties.lon, properties.lat] },
      properties,
    }))
    .sort((a, b) => (b.properties.individuals ?? 0) - (a.properties.individuals ?? 0));
  return { type: "FeatureCollection", features };
}

/** The levels that occur, from the widest areas to the finest. */
export function levelsOf(areas: Areas): number[] {
  return [...new Set(areas.features.map((area) => area.properties.level))].sort((a, b) => a - b);
}
