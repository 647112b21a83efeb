/** Loads the map's script, which is large, only where a map is on the page and comes into view. */

interface MapScript {
  startMap(element: HTMLElement): Promise<void>;
}

async function load(element: HTMLElement): Promise<void> {
  const address = element.dataset.script;
  if (!address) return;
  const script = (await import(/* @vite-ignore */ new URL(address, document.baseURI).href)) as MapScript;
  await script.startMap(element);
}

/** Start each map once, when it is about to be seen. Whatever fails, the drawn map and the table stay. */
export function startMaps(): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((each) => each.isIntersecting)) {
        watcher.unobserve(entry.target);
        load(entry.target as HTMLElement).catch((reason: unknown) => console.warn("The map did not start.", reason));
      }
    },
    { rootMargin: "200px" },
  );
  const watch = (): void => {
    for (const map of document.querySelectorAll("[data-map]:not([data-map-state])")) watcher.observe(map);
  };
  watch();
  document.addEventListener("htmx:after:swap", watch);
}
