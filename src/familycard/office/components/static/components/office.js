// Wakes the components of a page, and of each part of a page that htmx brings later.
import { initAll } from "./vendor/govuk-frontend.min.js";

// The package names an accordion's buttons anew at each click, in other words than can be seen on them. Whoever
// speaks to a page says what they see (WCAG 2.5.3), so the text of a button is left to be its name.
function nameButtonsByTheirText() {
  const buttons = document.querySelectorAll(".govuk-accordion__section-button[aria-label]");
  for (const button of buttons) button.removeAttribute("aria-label");
}

function wake(scope) {
  initAll({ scope });
  nameButtonsByTheirText();
}

wake(document);
document.addEventListener("click", nameButtonsByTheirText);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) wake(event.target);
});

// Signed out meanwhile, refused, too many questions: the page that answers is shown whole, not in a part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, pathInfo } = event.detail;
  if (xhr.status === 200 && xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  location.assign(pathInfo.requestPath);
});
