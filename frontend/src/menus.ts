/** Menus are <details>: they open without a script. With one they also close as a reader expects. */

const OPEN_MENUS = "details.menu[open]";

function closeMenus(except: Node | null = null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN_MENUS)) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

function closeOnEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  const menu = document.querySelector<HTMLDetailsElement>(OPEN_MENUS);
  const heldFocus = menu?.contains(document.activeElement) ?? false;
  closeMenus();
  if (heldFocus) menu?.querySelector("summary")?.focus();
}

/** Close open menus on a click elsewhere, on Escape, and when the focus moves on. */
export function improveMenus(): void {
  document.addEventListener("click", (event) => closeMenus(event.target as Node));
  document.addEventListener("focusin", (event) => closeMenus(event.target as Node));
  document.addEventListener("keydown", closeOnEscape);
}
