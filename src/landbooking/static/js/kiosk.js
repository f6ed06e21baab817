/* A clock that goes: the element with data-clock shows the time of day there, in the time zone of that name. */
"use strict";

for (const clock of document.querySelectorAll("[data-clock]")) {
  const format = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.clock });
  const show = () => {
    const now = format.format(Date.now());
    if (clock.textContent !== now) clock.textContent = now;
  };
  show();
  setInterval(show, 1000);
}
