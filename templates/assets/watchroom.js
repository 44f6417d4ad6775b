// Watchroom in the browser. Every page works without it; this only makes some things nicer.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// Work in the background: <p role="status" data-progress="/tasks/1/progress" data-progress-every="2000">.
// The answer is JSON: {"text": "3 of 7", "done": false, "href": "/tasks/1"}. When done, the page is loaded anew.
for (const status of document.querySelectorAll("[role=status][data-progress]")) {
  const address = new URL(status.dataset.progress, location.href);
  const every = Math.max(1000, Number(status.dataset.progressEvery) || 2000);
  if (address.origin === location.origin) poll(status, address, every, 0);
}

function poll(status, address, every, failures) {
  setTimeout(async () => {
    if (document.hidden) return poll(status, address, every, failures);
    try {
      const answer = await fetch(address, { headers: { accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { text, done, href } = await answer.json();
      // Written only when it says something new, or a screen reader would repeat it.
      if (status.textContent !== text) status.textContent = text;
      if (done) return location.assign(href || location.href);
      poll(status, address, every, 0);
    } catch {
      // The link "Check again" beside it still works; after five failures leave it at that.
      if (failures < 5) poll(status, address, every * 2, failures + 1);
    }
  }, every);
}

// A duty form: <button type="button" hidden data-now-for="end">Ended now</button> writes the time that it is in the
// United Kingdom, whatever zone the device is set to: the server reads times so.
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" });
for (const button of document.querySelectorAll("button[data-now-for]")) {
  const field = document.getElementById(button.dataset.nowFor);
  if (!field) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    field.value = clock.format(new Date());
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}

// A filter inside <details class="wr-filter"> is open where there is room for it.
const wide = matchMedia("(min-width: 48.0625em)");
for (const filter of document.querySelectorAll("details.wr-filter[data-open-when-wide]")) filter.open ||= wide.matches;
