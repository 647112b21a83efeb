/** Forms are sent once, and a choice made with a pointer is sent at once. */

function sendOnce(event: SubmitEvent): void {
  if (event.defaultPrevented) return; // htmx sends this one
  const form = event.target as HTMLFormElement;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  // A form whose answer is a file leaves the page where it is, and must be usable again.
  if (form.method === "post" && !form.target && !("again" in form.dataset)) form.setAttribute("aria-busy", "true");
}

/** A page that the browser kept and shows again must not look busy. */
function wakeForms(): void {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
}

/**
 * Send a form marked data-autosubmit when a choice is made by pointer. From the keyboard every arrow key is a choice,
 * so there the form's button, which shows when the focus is inside, is the way.
 */
function sendChoices(): void {
  let byPointer = false;
  document.addEventListener("pointerdown", () => (byPointer = true), true);
  document.addEventListener("keydown", () => (byPointer = false), true);
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-autosubmit]");
    if (form && byPointer) form.requestSubmit();
  });
}

/** Improve every form of the page, also those that arrive later. */
export function improveForms(): void {
  document.documentElement.classList.add("scripted");
  document.addEventListener("submit", sendOnce);
  window.addEventListener("pageshow", wakeForms);
  sendChoices();
}
