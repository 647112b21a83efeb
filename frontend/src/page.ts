/** What every page loads: partial updates (htmx), and small improvements to elements that work without them. */
import "htmx.org";

import { watchConnection } from "./connection";
import { improveForms } from "./forms";
import { startMaps } from "./maps";
import { improveMenus } from "./menus";

improveMenus();
improveForms();
watchConnection();
startMaps();
