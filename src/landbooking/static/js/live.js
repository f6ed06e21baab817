/*
 * Boards that change by themselves. Without this file, loading the page again shows the same.
 *
 * data-live        the number of a space, on an element with an id: when something changes there, the page's own address
 *                  is fetched again with the viewer's own rights, and what differs inside the element is put in its place
 * data-live-every  on #live-note: seconds after which the page looks even if nobody said anything, since time passes
 * #live-note       says since when the page is stale, when the server can't be reached, and why it shows nothing any more
 *                  when the viewer may not see it (_live.html)
 *
 * Focus, scroll and open details stay, and so does a form that somebody is filling in. What other scripts have drawn does
 * not belong inside: only what the server draws is known here.
 */
"use strict";

{
  const ALIVE = 50_000; // milliseconds; the server says something every 20 s
  const PATIENCE = 3_000; // before a connection that broke is talked about: most come back at once
  const BLIND = 60; // seconds over which to look where the server itself does not hear of changes
  const QUIET = 60_000; // between two spoken sentences
  const STREAMS = 4; // of the six connections that a browser has to a site over HTTP/1.1; the rest waits for data-live-every
  const LOST = 30; // seconds, at least, before who may not see the page any more looks again: perhaps they may

  const note = document.getElementById("live-note");
  const streams = new Map();
  const timers = { look: 0, alive: 0, every: 0, again: 0 };
  let lookAt = Infinity; // when the next look is due, as performance.now() tells
  let seen = 0; // when what is shown was asked for; this page itself at 0
  let current = Date.now(); // until when what is shown is known to be true
  let looking = false;
  let missed = false;
  let lost = false;
  let spoken = -QUIET;

  const regions = (page) => page.querySelectorAll("[data-live][id]");
  const spaces = () => new Set([...regions(document)].map((region) => region.dataset.live));

  /* ---- putting what is new in its place ---- */

  const isBeingFilledIn = (form) =>
    form.contains(document.activeElement) ||
    [...form.elements].some(
      (field) =>
        field.value !== (field.defaultValue ?? field.value) ||
        field.checked !== (field.defaultChecked ?? field.checked) ||
        [...(field.options ?? [])].some((option) => option.selected !== option.defaultSelected && field.selectedIndex > 0),
    );

  const adopt = (old, fresh) => {
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };

  // Nodes that are still there stay the same nodes: a reader's focus and a finger's scroll hang on them.
  const change = (old, fresh) => {
    if (old.isEqualNode(fresh)) return false;
    if (old.nodeType !== Node.ELEMENT_NODE || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
      old.replaceWith(document.importNode(fresh, true));
      return true;
    }
    if (old instanceof HTMLFormElement && isBeingFilledIn(old)) return false;
    adopt(old, fresh);
    const before = [...old.childNodes];
    const after = [...fresh.childNodes];
    after.forEach((node, place) => {
      if (place < before.length) change(before[place], node);
      else old.append(document.importNode(node, true));
    });
    before.slice(after.length).forEach((node) => node.remove());
    return true;
  };

  const show = (page) => {
    let changed = false;
    for (const region of regions(document)) {
      const fresh = page.getElementById(region.id);
      if (!fresh) continue;
      const focused = region.contains(document.activeElement);
      if (change(region, fresh)) changed = true;
      if (focused && !region.contains(document.activeElement)) {
        region.tabIndex = -1;
        region.focus({ preventScroll: true });
      }
    }
    return changed;
  };

  /* ---- saying so ---- */

  const say = (sentence) => {
    const announcer = document.getElementById("announcer");
    if (!announcer) return;
    announcer.textContent = sentence;
    setTimeout(() => {
      if (announcer.textContent === sentence) announcer.textContent = "";
    }, 6000);
  };

  const sayChanged = () => {
    if (performance.now() - spoken < QUIET) return;
    spoken = performance.now();
    say(note.dataset.changed);
  };

  const clock = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: note.dataset.zone });

  const sayInNote = (sentence, link) => {
    if (note.hidden || note.firstChild?.data !== sentence) {
      note.replaceChildren(sentence);
      if (link) note.append(" ", link);
      note.hidden = false;
      say(sentence);
    }
  };

  const sayStale = () => {
    if (!lost) sayInNote(note.dataset.away.replace("{time}", clock.format(current)));
  };

  const sayLost = (answer) => {
    if (!answer.redirected) {
      sayInNote(answer.status === 403 ? note.dataset.forbidden : note.dataset.gone);
      return;
    }
    const link = document.createElement("a");
    link.href = answer.url;
    link.textContent = note.dataset.signIn;
    sayInNote(note.dataset.signedOut, link);
  };

  const sayFresh = () => {
    note.hidden = true;
    current = Date.now();
  };

  /* ---- looking ---- */

  const isConnected = () => [...streams.values()].some((stream) => stream.readyState === EventSource.OPEN);

  const look = async (told) => {
    lookAt = Infinity;
    if (looking) {
      missed = true;
      return;
    }
    looking = true;
    const begun = performance.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status === 429 || answer.status >= 500) throw new Error(answer.statusText);
      if (answer.redirected || !answer.ok) {
        lose(answer);
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (lost) find();
      if (show(page) && told) sayChanged();
      seen = begun;
      sayFresh();
    } catch {
      sayStale();
      lookWithin(20, 10);
    } finally {
      looking = false;
    }
    if (missed) {
      missed = false;
      look(told);
    }
  };

  // It is not the viewer's to see any more: signed out elsewhere, no host any longer, or the space is not published.
  // Nothing of it stays, nothing more is heard, and once in a while it is asked for: a tablet at the door has no hands.
  const lose = (answer) => {
    lost = true;
    stop();
    for (const region of regions(document)) region.replaceChildren();
    sayLost(answer);
    lookWithin(LOST, LOST);
  };

  const find = () => {
    lost = false;
    start();
  };

  // Somewhere within so many seconds, so that not all boards ask at the same moment; the earliest of several counts.
  const lookWithin = (spread, earliest = 0, told = false) => {
    const due = performance.now() + (earliest + Math.random() * spread) * 1000;
    if (due >= lookAt) return;
    lookAt = due;
    clearTimeout(timers.look);
    timers.look = setTimeout(look, due - performance.now(), told);
  };

  const lookAgainLater = () => {
    const seconds = Number(note.dataset.liveEvery);
    clearInterval(timers.every);
    timers.every = setInterval(() => lookWithin(seconds / 10), seconds * 1000);
  };

  /* ---- listening ---- */

  const hear = () => {
    if (note.hidden) current = Date.now();
    clearTimeout(timers.alive);
    timers.alive = setTimeout(startAnew, ALIVE);
  };

  const listen = (space) => {
    const stream = new EventSource(`/spaces/${space}/changes`);
    streams.set(space, stream);
    stream.addEventListener("state", (event) => {
      const age = Number(event.data) * 1000; // since the space may have changed last
      if (age < performance.now() - seen || !note.hidden) lookWithin(0.2);
      hear();
    });
    stream.addEventListener("changed", (event) => {
      hear();
      lookWithin(Number(event.data), 0, true);
    });
    stream.addEventListener("beat", (event) => {
      hear();
      if (event.data === "false") lookWithin(BLIND);
    });
    stream.addEventListener("error", () => {
      setTimeout(() => {
        if (streams.get(space) === stream && !isConnected()) lookWithin(1);
      }, PATIENCE);
      if (stream.readyState !== EventSource.CLOSED) return; // else the browser tries again by itself
      clearTimeout(timers.again);
      timers.again = setTimeout(startAnew, 20_000 + Math.random() * 20_000);
    });
  };

  const stop = () => {
    for (const stream of streams.values()) stream.close();
    streams.clear();
    for (const timer of Object.values(timers)) clearTimeout(timer);
    lookAt = Infinity;
  };

  const start = () => {
    if (lost) return;
    [...spaces()].slice(0, STREAMS).forEach(listen);
    lookAgainLater();
  };

  // A connection may die without a word, as when a tablet loses the wireless network.
  const startAnew = () => {
    stop();
    start();
    lookWithin(1);
  };

  // Whoever looks elsewhere needs no stream: several pages share those connections. Whoever comes back may have signed
  // out meanwhile, which no stream tells.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : startAnew()));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => {
    if (event.persisted) startAnew();
  });
  addEventListener("online", startAnew);
  if (!document.hidden) start();
}
