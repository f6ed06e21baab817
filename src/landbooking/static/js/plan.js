/*
 * Drawing a floor plan. The form's fields are the plan: what is dragged or moved by keys changes their numbers, and what
 * is typed moves the drawing. Nothing is kept here that the form does not say; without this file one types the numbers.
 *
 * data-plan      the form, with the sentences that are spoken as further data-…; lengths are metres, the drawing's 10 cm
 * data-rows      the list with one row an element; data-row its number, data-element that of its drawing
 * data-new       templates of a row and its drawing, by sign; __ stands for the number
 * Work that is not saved stays in this browser until it is, so that a reload or another's save loses nothing.
 */
"use strict";

{
  const UNITS = 10; // a metre
  const MOST = 150;
  const LETTER = 0.7; // as in drawing.py
  const LIFT = { desk: 0.19 };
  const FIELDS = ["x", "y", "width", "height"];
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const announcer = document.getElementById("announcer");

  const metres = (units) => format.format(units / UNITS);
  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_found, name) => values[name]);
  const within = (value, least, most) => Math.max(least, Math.min(most, value));
  const numbered = (element, number) => {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes("__")) attribute.value = attribute.value.replaceAll("__", number);
    }
    for (const child of element.children) numbered(child, number);
    return element;
  };

  const start = (form) => {
    const list = form.querySelector("[data-rows]");
    const drawing = form.querySelector(".plan-drawing");
    const handle = form.querySelector("[data-handle]");
    const places = form.querySelector("#field-resource");
    const undoButton = form.querySelector("[data-undo]");
    const words = form.dataset;
    const key = `plan-${words.plan}`;
    const past = [];
    let selected = null; // a row
    let before = "";

    const say = (text) => {
      announcer.textContent = "";
      announcer.textContent = text;
    };

    /* ---- what the fields say ---- */

    const field = (row, name) => row.querySelector(`[name="${name}-${row.dataset.row}"]`);
    const units = (input) => Math.round(Number(input.value.replace(",", ".")) * UNITS);
    const ground = () => ({ width: units(form.elements.width), height: units(form.elements.height) });
    const box = (row) => Object.fromEntries(FIELDS.map((name) => [name, units(field(row, name))]));
    const rotation = (row) => Number(field(row, "rotation").value);
    const nameOf = (row) => (row.dataset.kind === "place" ? row.dataset.name : field(row, "label").value.trim()) || row.dataset.word;
    const rows = () => [...list.children];
    const drawn = (row) => drawing.querySelector(`[data-element="${row.dataset.row}"]`);
    const rowOf = (element) => list.querySelector(`[data-row="${element.dataset.element}"]`);
    const spot = (row) => {
      const { x, y } = box(row);
      return filled(words.spot, { x: metres(x), y: metres(y) });
    };

    const snapshot = () =>
      JSON.stringify({
        floor: ["name", "width", "height"].map((name) => form.elements[name].value),
        rows: rows().map((row) => ({
          kind: row.dataset.kind,
          sign: row.dataset.sign,
          name: row.dataset.kind === "place" ? row.dataset.name : "",
          resource: field(row, "resource_id").value,
          label: field(row, "label").value,
          rotation: field(row, "rotation").value,
          box: FIELDS.map((name) => field(row, name).value),
        })),
      });

    /* ---- what is drawn ---- */

    const set = (element, values) => {
      for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    };

    const draw = (row) => {
      const group = drawn(row);
      const { x, y, width, height } = box(row);
      if (!group || [x, y, width, height].some(Number.isNaN)) return;
      const degrees = rotation(row);
      const [middleX, middleY] = [x + width / 2, y + height / 2];
      const [wide, high] = degrees % 180 ? [height, width] : [width, height];
      const sign = group.firstElementChild;
      if (sign.tagName === "use") {
        set(sign, { x: middleX - wide / 2, y: middleY - high / 2, width: wide, height: high });
        sign.setAttribute("transform", `rotate(${degrees} ${middleX} ${middleY})`);
      } else {
        set(sign, { x, y, width, height });
      }
      const shown = row.dataset.kind === "place" ? row.dataset.name : field(row, "label").value.trim();
      const lift = (LIFT[row.dataset.sign] || 0) * high;
      const corner = row.dataset.sign === "room";
      const [across, up] = { 0: [0, -1], 90: [1, 0], 180: [0, 1], 270: [-1, 0] }[degrees];
      const text = group.querySelector("text");
      text.textContent = shown;
      set(text, {
        x: corner ? x + 2.5 : middleX + across * lift,
        y: corner ? y + 3.5 : middleY + up * lift,
        "font-size": within((0.92 * width) / (LETTER * Math.max(shown.length, 1)), 1.6, 2.6),
      });
      group.setAttribute("aria-label", `${nameOf(row)}: ${spot(row)}`);
      row.querySelector("[data-name]").textContent = nameOf(row);
      row.querySelector("[data-spot]").textContent = spot(row);
      row.querySelector("[data-named]").textContent = `: ${nameOf(row)}`;
      if (row === selected) drawHandle();
    };

    const drawHandle = () => {
      handle.setAttribute("visibility", selected ? "visible" : "hidden");
      if (!selected) return;
      const { x, y, width, height } = box(selected);
      set(handle, { x: x + width - 1.5, y: y + height - 1.5 });
    };

    const drawGround = () => {
      const { width, height } = ground();
      if (!(width >= 20 && width <= 400 && height >= 20 && height <= 400)) return;
      set(drawing, { viewBox: `-2 -2 ${width + 4} ${height + 4}`, width: (width + 4) * 7, height: (height + 4) * 7 });
      for (const paper of drawing.querySelectorAll("[data-paper]")) set(paper, { width, height });
    };

    const select = (row) => {
      if (row === selected) return;
      for (const one of drawing.querySelectorAll(".plan-selected")) one.classList.remove("plan-selected");
      list.querySelector("[aria-current]")?.removeAttribute("aria-current");
      selected = row;
      if (row) {
        drawn(row)?.classList.add("plan-selected");
        row.setAttribute("aria-current", "true");
      }
      drawHandle();
    };

    /* ---- what is done, and undone ---- */

    const keep = () => {
      undoButton.disabled = past.length === 0;
      const now = snapshot();
      try {
        if (now === before && !past.length) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify({ version: form.elements.version.value, plan: now }));
      } catch {
        // a browser that keeps nothing: then a reload loses what is not saved, as in any form
      }
    };

    // Steps that follow one another in the same element and kind are one, so that undoing goes back to where it stood.
    const remember = (step) => {
      if (step && past.at(-1)?.step === step) return;
      past.push({ step, plan: snapshot() });
    };

    const change = (row, values) => {
      for (const [name, value] of Object.entries(values)) {
        field(row, name).value = FIELDS.includes(name) ? String(value / UNITS) : String(value);
      }
      draw(row);
      keep();
    };

    const moved = (row, x, y) => {
      const { width, height } = ground();
      const now = box(row);
      return { x: within(x, 0, width - now.width), y: within(y, 0, height - now.height) };
    };

    const resized = (row, width, height) => {
      const most = ground();
      const now = box(row);
      return { width: within(width, 1, most.width - now.x), height: within(height, 1, most.height - now.y) };
    };

    const same = (row, values) => Object.entries(values).every(([name, value]) => box(row)[name] === value);

    const move = (row, right, down) => {
      const { x, y } = box(row);
      const values = moved(row, x + right, y + down);
      const edge = same(row, values);
      if (!edge) {
        remember(`move-${row.dataset.row}`);
        change(row, values);
      }
      say(`${nameOf(row)}: ${spot(row)}${edge ? `, ${words.edge}` : ""}`);
    };

    const resize = (row, right, down) => {
      const { width, height } = box(row);
      const values = resized(row, width + right, height + down);
      const edge = same(row, values);
      if (!edge) {
        remember(`resize-${row.dataset.row}`);
        change(row, values);
      }
      const size = filled(words.size, { width: metres(values.width), height: metres(values.height) });
      say(`${nameOf(row)}: ${size}${edge ? `, ${words.edge}` : ""}`);
    };

    const turn = (row) => {
      const { x, y, width, height } = box(row);
      const most = ground();
      if (height > most.width || width > most.height) return say(`${nameOf(row)}: ${words.edge}`);
      const shift = Math.trunc((width - height) / 2);
      const degrees = (rotation(row) + 90) % 360;
      remember();
      change(row, {
        x: within(x + shift, 0, most.width - height),
        y: within(y - shift, 0, most.height - width),
        width: height,
        height: width,
        rotation: degrees,
      });
      return say(`${nameOf(row)}: ${filled(words.turned, { degrees })}`);
    };

    const remove = (row) => {
      remember();
      const neighbour = row.nextElementSibling || row.previousElementSibling;
      const name = nameOf(row);
      offer(row);
      drawn(row)?.remove();
      row.remove();
      select(null);
      keep();
      say(`${name}: ${words.removed}`);
      return neighbour;
    };

    // A place that is taken off the plan can be put on it again.
    const offer = (row) => {
      if (row.dataset.kind !== "place" || row.hasAttribute("data-retired")) return;
      const option = new Option(row.dataset.name, field(row, "resource_id").value);
      option.dataset.sign = row.dataset.sign;
      places.add(option);
    };

    const build = (values, number) => {
      const template = form.querySelector(`template[data-new="${values.sign}"]`).content;
      const row = numbered(template.querySelector("li").cloneNode(true), number);
      const group = numbered(template.querySelector("svg > g").cloneNode(true), number);
      row.dataset.name = values.name;
      list.append(row);
      drawing.querySelector(`[data-layer="${values.kind}"]`).append(group);
      field(row, "resource_id").value = values.resource;
      field(row, "label").value = values.label;
      field(row, "rotation").value = values.rotation;
      FIELDS.forEach((name, place) => {
        field(row, name).value = values.box[place];
      });
      equip(row, group);
      draw(row);
      return row;
    };

    const equip = (row, group) => {
      if (group) set(group, { tabindex: "0", role: "button", "aria-describedby": "plan-keys" });
    };

    const nextNumber = () => Math.max(-1, ...rows().map((row) => Number(row.dataset.row))) + 1;

    const add = (button) => {
      const option = places.selectedOptions[0];
      const place = button.value === "place";
      if (place && !option) return;
      if (list.children.length >= MOST) return say(words.full);
      remember();
      const sign = place ? option.dataset.sign : button.value;
      const template = form.querySelector(`template[data-new="${sign}"]`).content.querySelector("li");
      const size = FIELDS.map((name) => units(template.querySelector(`[name="${name}-__"]`)));
      const { width, height } = ground();
      const [wide, high] = [Math.min(size[2], width), Math.min(size[3], height)];
      const [x, y] = freeSpot(button.value, wide, high);
      const values = {
        kind: button.value, sign, label: "", rotation: "0",
        name: place ? option.text : "",
        resource: place ? option.value : "",
        box: [x, y, wide, high].map((length) => String(length / UNITS)),
      };
      if (place) option.remove();
      form.querySelector("[data-none]")?.remove();
      const row = build(values, nextNumber());
      select(row);
      drawn(row).focus();
      keep();
      return say(`${nameOf(row)}: ${words.added}, ${spot(row)}`);
    };

    const freeSpot = (kind, wide, high) => {
      const { width, height } = ground();
      const others = rows().filter((row) => row.dataset.kind === kind).map(box);
      for (let y = 0; y <= height - high; y += 5) {
        for (let x = 0; x <= width - wide; x += 5) {
          const taken = (one) => x < one.x + one.width && one.x < x + wide && y < one.y + one.height && one.y < y + high;
          if (!others.some(taken)) return [x, y];
        }
      }
      return [0, 0];
    };

    const restore = (text) => {
      const plan = JSON.parse(text);
      ["name", "width", "height"].forEach((name, place) => {
        form.elements[name].value = plan.floor[place];
      });
      for (const row of rows()) {
        offer(row);
        drawn(row)?.remove();
        row.remove();
      }
      select(null);
      drawGround();
      for (const values of plan.rows) {
        for (const option of [...places.options]) if (option.value === values.resource) option.remove();
        build(values, nextNumber());
      }
    };

    const undo = () => {
      const last = past.pop();
      if (!last) return say(words.first);
      const focused = document.activeElement.closest("[data-element], [data-row]");
      const number = focused ? rows().findIndex((row) => row.dataset.row === (focused.dataset.element ?? focused.dataset.row)) : -1;
      restore(last.plan);
      const row = rows()[number];
      if (row) {
        select(row);
        drawn(row).focus();
      } else if (focused) {
        undoButton.focus();
      }
      keep();
      return say(words.undone);
    };

    /* ---- keys ---- */

    const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    const press = (event) => {
      const group = event.target.closest("[data-element]");
      if (!group || event.altKey) return;
      const row = rowOf(group);
      const step = STEPS[event.key];
      const far = event.ctrlKey || event.metaKey ? UNITS : 1;
      if (step && event.shiftKey) resize(row, step[0] * far, step[1] * far);
      else if (step) move(row, step[0] * far, step[1] * far);
      else if (event.ctrlKey || event.metaKey) return;
      else if (event.key === "r" || event.key === "R") turn(row);
      else if (event.key === "Enter" || event.key === " ") openFields(row);
      else if (event.key === "Delete" || event.key === "Backspace") {
        const neighbour = remove(row);
        (neighbour ? drawn(neighbour) : undoButton).focus();
      } else return;
      event.preventDefault();
    };

    const openFields = (row) => {
      row.querySelector("details").open = true;
      row.querySelector("[data-field]").focus();
    };

    /* ---- mouse and finger ---- */

    let drag = null;

    const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());

    const grab = (event) => {
      const group = event.target.closest("[data-element]");
      const byHandle = event.target === handle;
      if (event.button !== 0 || !(group || byHandle)) return select(null);
      const row = byHandle ? selected : rowOf(group);
      select(row);
      drag = { row, byHandle, from: point(event), box: box(row) };
      drawing.setPointerCapture(event.pointerId);
      event.preventDefault();
      return drawn(row).focus({ preventScroll: true });
    };

    const pull = (event) => {
      if (!drag) return;
      const now = point(event);
      const [right, down] = [Math.round(now.x - drag.from.x), Math.round(now.y - drag.from.y)];
      const { row, byHandle, box: was } = drag;
      const values = byHandle ? resized(row, was.width + right, was.height + down) : moved(row, was.x + right, was.y + down);
      if (same(row, values)) return;
      if (!drag.begun) remember();
      drag.begun = true;
      change(row, values);
    };

    const drop = () => {
      if (drag?.begun) say(`${nameOf(drag.row)}: ${spot(drag.row)}`);
      drag = null;
    };

    /* ---- the beginning ---- */

    for (const row of rows()) {
      if (row.dataset.kind === "place") row.dataset.name = row.querySelector("[data-name]").textContent;
      equip(row, drawn(row));
      draw(row);
    }
    drawing.setAttribute("role", "application");
    form.querySelector("[data-keys]").hidden = false;
    undoButton.hidden = false;
    before = snapshot();

    // What was kept of work that is not saved; null where there is none, or none that this page can show.
    const draft = () => {
      try {
        const found = JSON.parse(localStorage.getItem(key));
        const { floor, rows: elements } = JSON.parse(found.plan);
        const drawable = elements.every((one) => one.box.length === 4 && form.querySelector(`template[data-new="${one.sign}"]`));
        return floor.length === 3 && drawable ? found : null;
      } catch {
        return null;
      }
    };

    const kept = draft();
    if ("typed" in words) {
      keep();
    } else if (kept && kept.sent && kept.version !== form.elements.version.value) {
      localStorage.removeItem(key); // saved: this page shows it
    } else if (kept && kept.plan !== before) {
      remember();
      restore(kept.plan);
      form.elements.version.value = kept.version;
      form.querySelector("[data-was-restored]").hidden = false;
      setTimeout(() => say(words.restored), 500);
    }
    undoButton.disabled = past.length === 0;

    form.addEventListener("submit", (event) => {
      const name = event.submitter?.name;
      if (name === "add") {
        event.preventDefault();
        add(event.submitter);
      } else if (name === "remove") {
        event.preventDefault();
        const row = event.submitter.closest("[data-row]");
        const neighbour = remove(row);
        (neighbour?.querySelector("summary") || undoButton).focus();
      } else {
        const work = draft();
        if (work) localStorage.setItem(key, JSON.stringify({ ...work, sent: true }));
      }
    });
    form.addEventListener("input", (event) => {
      const row = event.target.closest("[data-row]");
      if (row) draw(row);
      else drawGround();
      keep();
    });
    form.addEventListener("focusin", (event) => {
      const row = event.target.closest("[data-row]");
      const group = event.target.closest("[data-element]");
      if (row) select(row);
      else if (group) select(rowOf(group));
    });
    for (const one of document.querySelectorAll("[data-discard]")) {
      one.addEventListener("click", () => {
        localStorage.removeItem(key);
        if (one.tagName === "BUTTON") location.assign(form.action);
      });
    }
    form.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input")) {
        event.preventDefault();
        undo();
      }
    });
    undoButton.addEventListener("click", undo);
    drawing.addEventListener("keydown", press);
    drawing.addEventListener("pointerdown", grab);
    drawing.addEventListener("pointermove", pull);
    drawing.addEventListener("pointerup", drop);
    drawing.addEventListener("pointercancel", drop);
  };

  document.querySelectorAll("form[data-plan]").forEach(start);
}
