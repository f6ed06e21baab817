/*
 * A form with data-draft is saved there while somebody types, without its files; what came of it is said in the element
 * with data-draft-state. Without this file the button "Zwischenspeichern" does the same.
 */
"use strict";

{
  const PAUSE = 1500; // milliseconds without a key

  const start = (form) => {
    const state = form.querySelector("[data-draft-state]");
    let pause;
    let sent = false;

    const say = (text) => {
      if (state && state.textContent !== text) state.textContent = text;
    };

    const save = async () => {
      const fields = new FormData(form);
      for (const [name, value] of [...fields]) if (typeof value !== "string") fields.delete(name);
      try {
        const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(fields) });
        if (!sent) say(answer.ok ? form.dataset.draftSaved : form.dataset.draftFailed);
      } catch {
        say(form.dataset.draftFailed);
      }
    };

    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      clearTimeout(pause);
      pause = setTimeout(save, PAUSE);
    });
    form.addEventListener("submit", () => {
      sent = true;
      clearTimeout(pause);
    });
  };

  document.querySelectorAll("form[data-draft]").forEach(start);
}
