/*
 * What HTML cannot do alone. Every page works without this file.
 *
 * data-focus      the first element that has it takes the focus when the page opens (an error summary)
 * data-announce   its text is spoken once by screen readers after the page has opened (a notice)
 * data-print      a button that prints; hidden in the markup, shown here
 * data-copy       a button that copies what the field with that id holds, then says so; hidden in the markup, shown here
 * data-filter     a box that narrows the children of the list with that id (macro filter_box); hidden in the markup, shown here
 * input[type=date] gets the day in words beside it: "24.11." does not say that it is a Tuesday; a birthday needs none
 */
"use strict";

{
  const announcer = document.getElementById("announcer");

  const announce = (text) => {
    if (announcer) announcer.textContent = text;
  };

  // A live region that is filled at once is often not spoken: screen readers need a moment with the page first. Emptied
  // again, so that nobody who reads on to the end of the page meets the sentence a second time.
  const announceNotice = () => {
    const notice = document.querySelector("[data-announce]");
    if (!notice) return;
    setTimeout(() => announce(notice.textContent.trim()), 500);
    setTimeout(() => announce(""), 8000);
  };

  const showPrintButtons = () => {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
  };

  const showCopyButtons = () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const field = document.getElementById(button.dataset.copy);
        field.select();
        await navigator.clipboard.writeText(field.value);
        button.firstElementChild.textContent = button.dataset.copied;
        announce(button.dataset.copied);
      });
    }
  };

  // "Kusel" finds "kusel", "Gloeckner" does not find "Glöckner", "Glockner" does: marks above letters are taken off.
  const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

  const startFilter = (box) => {
    const list = document.getElementById(box.dataset.filter);
    const input = box.querySelector("input");
    if (!list || !input) return;
    const none = document.getElementById(box.dataset.filterNone);
    let pause;
    box.hidden = false;
    input.addEventListener("input", () => {
      const wanted = plain(input.value.trim());
      let found = 0;
      for (const item of list.children) {
        item.hidden = !plain(item.textContent).includes(wanted);
        if (!item.hidden) found += 1;
      }
      if (none) none.hidden = found > 0;
      clearTimeout(pause);
      pause = setTimeout(() => announce(`${box.dataset.filterCount} ${found}`), 700);
    });
  };

  // The day before the month, as on our pages: "en" alone would be American.
  const place = { de: "de-DE", en: "en-GB" }[document.documentElement.lang];

  const spellDay = (input) => {
    const format = new Intl.DateTimeFormat(place, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    const words = document.createElement("output");
    words.className = "hint";
    words.htmlFor = input.id;
    input.before(words);
    const spell = () => {
      words.textContent = Number.isNaN(input.valueAsNumber) ? "" : format.format(input.valueAsNumber);
    };
    input.addEventListener("input", spell);
    spell();
  };

  document.querySelector("[data-focus]")?.focus();
  announceNotice();
  showPrintButtons();
  showCopyButtons();
  document.querySelectorAll('input[type="date"]:not([autocomplete="bday"])').forEach(spellDay);
  document.querySelectorAll("[data-filter]").forEach(startFilter);
}
