/**
 * The map: boundaries, circles in proportion to people, and sites when near.
 *
 * It takes the place of the map that the server drew, and only once it is ready; when WebGL is missing or anything
 * fails, the drawn map stays. The page's table has the same content in any case.
 */
import { Map, type MapGeoJSONFeature, type PointLike, setWorkerUrl } from "maplibre-gl";

import "./style/map.css";
import { addButtons, PADDING } from "./map/buttons";
import { CHOICES, chosenArea, sitesFrom, styleOf } from "./map/draw";
import { type Chosen, Panel } from "./map/panel";
import { boundsOf, centresOf, fetchFeatures, labelsOf, levelsOf } from "./map/read";
import type { Areas, Bounds, Labels, Sites } from "./map/read";
import { followSites } from "./map/sites";

const NEAR_PIXELS = 12;
const NOTHING: Sites = { type: "FeatureCollection", features: [] };

function stageIn(element: HTMLElement): HTMLElement {
  const stage = document.createElement("div");
  stage.className = "map-stage";
  element.append(stage);
  return stage;
}

function makeMap(stage: HTMLElement, bounds: Bounds, labels: Labels): Map {
  return new Map({
    container: stage,
    style: { version: 8, sources: {}, layers: [] },
    bounds,
    fitBoundsOptions: { padding: PADDING },
    attributionControl: false, // the page names its sources in words
    maplibreLogo: false,
    cooperativeGestures: true, // the page can be scrolled past the map
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    maxZoom: 17,
    locale: {
      "Map.Title": labels.title ?? "",
      "CooperativeGesturesHandler.WindowsHelpText": labels.scroll ?? "",
      "CooperativeGesturesHandler.MacHelpText": labels.scrollMac ?? "",
      "CooperativeGesturesHandler.MobileHelpText": labels.touch ?? "",
    },
  });
}

interface Spot {
  x: number;
  y: number;
}

/** What lies at or near a spot: a circle before the area under it. */
function featureAt(map: Map, point: Spot): MapGeoJSONFeature | undefined {
  const layers = map.getLayersOrder().filter((layer) => CHOICES.test(layer));
  const circles = layers.filter((layer) => !layer.startsWith("areas-"));
  const box: [PointLike, PointLike] = [
    [point.x - NEAR_PIXELS, point.y - NEAR_PIXELS],
    [point.x + NEAR_PIXELS, point.y + NEAR_PIXELS],
  ];
  const [circle] = map.queryRenderedFeatures(box, { layers: circles });
  return circle ?? map.queryRenderedFeatures([point.x, point.y], { layers })[0];
}

/** Click, tap or, with the focus on the map, Enter: what is there, or at the middle, is shown in words. */
function letChoose(map: Map, panel: Panel): void {
  const choose = (point: Spot): void => {
    const feature = featureAt(map, point);
    if (!feature) return panel.close();
    map.setFilter("chosen", chosenArea(String(feature.properties.pcode ?? "")));
    panel.show(feature.properties as Chosen);
  };
  map.on("click", (event) => choose(event.point));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") choose(map.project(map.getCenter()));
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = featureAt(map, event.point) ? "pointer" : "";
  });
}

/** Draw, and draw again when the reader turns to dark or light; sites follow the view. */
function drawAndFollow(map: Map, element: HTMLElement, areas: Areas, panel: Panel): void {
  const labels = labelsOf(element);
  const levels = "near" in element.dataset ? [] : levelsOf(areas); // near enough for sites from the beginning
  const fitted = map.getZoom();
  const mostAtSite = Number(element.dataset.most) || 10_000;
  let sites = NOTHING;
  const draw = (): void => {
    panel.close();
    const centres = centresOf(areas);
    const width = element.clientWidth;
    map.setStyle(styleOf({ areas, centres, sites, mostAtSite, levels, fitted, width }), { diff: false });
  };
  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  panel.say(labels.showsAreas);
  if (!element.dataset.sites) return;
  followSites(map, element.dataset.sites, sitesFrom(fitted, levels), (came) => {
    sites = came ?? NOTHING;
    panel.say(came ? (came.capped ? labels.showsSome : labels.showsSites) : labels.showsAreas);
  });
}

async function build(element: HTMLElement, stage: HTMLElement): Promise<void> {
  const { areas: address, worker } = element.dataset;
  if (!address || !worker) throw new Error("A map needs data-areas and data-worker.");
  const areas = await fetchFeatures<Areas>(new URL(address, document.baseURI));
  const bounds = boundsOf(areas);
  if (!bounds) throw new Error("There are no areas to show.");
  const labels = labelsOf(element);
  setWorkerUrl(new URL(worker, document.baseURI).href);
  const map = makeMap(stage, bounds, labels);
  const panel = new Panel(stage, labels, () => map.setFilter("chosen", chosenArea("")));
  drawAndFollow(map, element, areas, panel);
  await map.once("load");
  letChoose(map, panel);
  addButtons(stage, map, bounds, labels);
  map.getCanvas().addEventListener("webglcontextlost", () => (element.dataset.mapState = "failed"));
  map.getCanvas().addEventListener("webglcontextrestored", () => (element.dataset.mapState = "ready"));
}

/** Start the map of one element; until it is ready, and if it fails, what the server drew stays. */
export async function startMap(element: HTMLElement): Promise<void> {
  element.dataset.mapState = "starting";
  const stage = stageIn(element);
  try {
    await build(element, stage);
    element.dataset.mapState = "ready";
  } catch (reason) {
    stage.remove();
    element.dataset.mapState = "failed";
    throw reason;
  }
}
