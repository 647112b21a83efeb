/** Sites are fetched for what is in view, after the map has come to rest; a newer view ends the older request. */
import type { GeoJSONSource, Map } from "maplibre-gl";

import { fetchFeatures, type Sites } from "./read";

const REST_MILLISECONDS = 250;
const DECIMALS = 4; // some ten metres: the same view asks for the same address

function addressOf(map: Map, template: string): URL {
  const bounds = map.getBounds();
  const corners = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const address = new URL(template, document.baseURI);
  address.searchParams.set("bbox", corners.map((corner) => corner.toFixed(DECIMALS)).join(","));
  return address;
}

/** Keep the sites in view up to date; tell what came, or null when the view is too wide for sites. */
export function followSites(map: Map, template: string, from: number, tell: (sites: Sites | null) => void): void {
  let waiting = 0;
  let request = new AbortController();

  const refresh = async (): Promise<void> => {
    request.abort();
    if (map.getZoom() < from) return tell(null);
    request = new AbortController();
    const sites = await fetchFeatures<Sites>(addressOf(map, template), request.signal);
    map.getSource<GeoJSONSource>("sites")?.setData(sites);
    tell(sites);
  };
  const quietly = (reason: unknown): void => {
    if ((reason as Error).name !== "AbortError") console.warn("The sites could not be fetched.", reason);
  };
  map.once("load", () => refresh().catch(quietly));
  map.on("moveend", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => refresh().catch(quietly), REST_MILLISECONDS);
  });
}
