/**
 * Builds what the pages load into the static files of the front app.
 *
 * File names are stable: Django's manifest storage adds the hashes, so a page always names the file it was made for.
 * No entry shares code with another; each is one request.
 */
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../waystation/front/static/front/build",
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    chunkSizeWarningLimit: 1500, // the map's library is large; only pages with a map load it
    rolldownOptions: {
      input: {
        page: "src/page.ts",
        map: "src/map.ts",
        "map-worker": "maplibre-gl/dist/maplibre-gl-worker.mjs",
        style: "src/style.css",
      },
      preserveEntrySignatures: "strict",
      output: {
        format: "es",
        comments: { legal: true }, // the licences of what is bundled travel with it
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
