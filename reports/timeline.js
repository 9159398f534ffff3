"use strict";
// The timeline: redraws the server's chart for a window of time, at the width there is.
// Times are minutes since data.chart.start; a window is [from, to].

const SIZES = [9, 7, 5.5, 4.4, 3.6];
const DOTS_AT_MOST = 900;
const BIN = 5;
const LEAST_WINDOW = 60;
const GHOSTS_FROM = 120; // marks of a lane that are drawn as one path while the hand moves
const SHAPES = { reviews: "m0 -5.4l1.6 3.5 3.8 .4 -2.8 2.6 .8 3.8 -3.4 -1.9 -3.4 1.9 .8 -3.8 -2.8 -2.6 3.8 -.4z", refunds: "m-3.6 -3.6h7.2v7.2h-7.2z" };

function sums(deltas) {
  const out = new Int32Array(deltas.length);
  for (let i = 0, at = 0; i < deltas.length; i++) out[i] = at += deltas[i];
  return out;
}

function firstAtLeast(times, value) {
  let low = 0, high = times.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (times[mid] < value) low = mid + 1; else high = mid;
  }
  return low;
}

// Places marks so that they hide one another as little as may be; the server does the same.
function swarm(xs, half) {
  for (const size of SIZES) {
    const offsets = [0], placed = [];
    for (let row = 1; row <= half / size; row++) offsets.push(-row * size, row * size);
    const free = offsets.map(() => -Infinity);
    let overlaps = false;
    for (const x of xs) {
      let slot = free.findIndex((edge) => edge <= x);
      if (slot < 0) { overlaps = true; slot = free.indexOf(Math.min(...free)); }
      free[slot] = x + size;
      placed.push(offsets[slot]);
      if (overlaps && size !== SIZES.at(-1)) break;
    }
    if (!overlaps || size === SIZES.at(-1)) return [size, placed];
  }
}

function makeChart(svg, data, changed) {
  const chart = data.chart, span = chart.span;
  const part = (name) => svg.querySelector("#" + name);
  const make = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const box = svg.viewBox.baseVal, height = box.height;
  const clip = svg.querySelector("#plot rect"), strip = svg.querySelector(".strip");
  const stripTop = +strip.getAttribute("y"), stripHeight = +strip.getAttribute("height");
  const laneGroups = [...svg.querySelectorAll("#marks > g")].map((group) => ({
    name: group.className.baseVal, y: +group.dataset.y, h: +group.dataset.h,
    group, marks: [...group.children].map((node) => ({ node, t: +node.dataset.t })),
  }));
  const bottom = laneGroups.at(-1).y + laneGroups.at(-1).h / 2;
  const number = new Intl.NumberFormat(data.language);
  const lanes = Object.entries(chart.lanes).map(([name, lane]) => ({
    name, t: sums(lane.t), n: lane.n, upTo: lane.n && sums(lane.n), bars: part("bars-" + name), dots: part("dots-" + name),
    ...(({ y, h }) => ({ y, h }))(laneGroups.find((group) => group.name === name)),
  }));
  const crowds = Object.entries(chart.crowd).map(([name, deltas]) => ({
    t: sums(deltas), path: part("crowd-" + name), y: laneGroups.find((group) => group.name === name).y,
  }));
  const spans = [...svg.querySelectorAll("[data-a]")];
  const points = [...svg.querySelectorAll("#lines [data-t], #labels [data-t]")];
  const view = { from: 0, to: span, left: 0, right: 0 };
  const x = (t) => view.left + (t - view.from) / (view.to - view.from) * (view.right - view.left);
  const overX = (t) => view.left + t / span * (view.right - view.left);
  const when = (t) => new Date((chart.start + t * 60) * 1000);
  const format = (options) => new Intl.DateTimeFormat(data.language === "en" ? "en-GB" : data.language, { timeZone: data.zone, ...options });
  const formats = {
    hour: format({ hour: "2-digit", minute: "2-digit" }), year: format({ year: "numeric" }), month: { format: (at) => data.months[local(at).month - 1] },
    day: { format: (at) => `${local(at).day} ${data.months[local(at).month - 1]}` },
    full: { format: (at) => `${formats.day.format(at)} ${local(at).year}` },
    moment: { format: (at) => `${formats.full.format(at)}, ${formats.hour.format(at)}` },
    parts: format({ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" }),
  };

  // The zone's distance from UTC at a time, in minutes: axis marks stand at local midnights.
  function local(at) {
    const found = {};
    for (const { type, value } of formats.parts.formatToParts(at)) found[type] = +value;
    return found;
  }
  function offset(t) {
    const found = local(when(t));
    return Math.round((Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute) - when(t)) / 60000);
  }

  function ticks() {
    const wide = view.to - view.from, most = Math.max((view.right - view.left) / 90, 2), out = [];
    const step = [15, 60, 180, 360, 720, 1440, 2880, 10080, 20160].find((size) => wide / size <= most);
    if (step) {
      const shift = offset(view.from), base = (chart.start / 60 + shift) % step;
      for (let t = Math.ceil((view.from + base) / step) * step - base; t <= view.to; t += step) {
        const at = step >= 1440 ? t + shift - offset(t) : t;
        out.push([at, step < 1440 && (chart.start / 60 + shift + t) % 1440 ? formats.hour.format(when(at)) : formats.day.format(when(at))]);
      }
      return out;
    }
    const months = [1, 2, 3, 6, 12, 24, 60, 120].find((count) => wide / 43800 / count <= most) || 240;
    const first = when(view.from);
    for (let m = first.getUTCFullYear() * 12 + first.getUTCMonth(); ; m++) {
      if (m % months) continue;
      const guess = (Date.UTC(Math.floor(m / 12), m % 12, 1) / 1000 - chart.start) / 60, at = guess - offset(guess);
      if (at > view.to) return out;
      if (at >= view.from) {
        const year = formats.year.format(when(at)), names = months < 12 && m % 12 ? formats.month.format(when(at)) + " " : "";
        out.push([at, out.length && m % 12 ? names.trim() : names + year]);
      }
    }
  }

  function drawTicks() {
    const lines = [], labels = [];
    for (const [t, label] of ticks()) {
      lines.push(make("path", { class: "tick", d: `M${x(t).toFixed(1)} 40V${bottom}` }));
      const node = make("text", { class: "axis", x: (x(t) + 4).toFixed(1), y: bottom + 17 });
      node.textContent = label;
      if (x(t) < view.right - 24) labels.push(node);
    }
    part("ticks").replaceChildren(...lines);
    part("axis").replaceChildren(...labels);
  }

  function drawSpans() {
    let edge = -Infinity;
    for (const node of spans) {
      const a = +node.dataset.a, b = +node.dataset.b, out = b < view.from || a > view.to;
      const low = x(Math.max(a, view.from)), high = x(Math.min(b, view.to));
      if (node.tagName === "rect") {
        node.setAttribute("x", low.toFixed(1));
        node.setAttribute("width", out ? 0 : Math.max(high - low, 3).toFixed(1));
        continue;
      }
      const name = node.firstElementChild, half = name.textContent.length * 3.6;
      const middle = Math.min(Math.max((low + high) / 2, view.left + half), view.right - half);
      const hidden = out || middle - half < edge;
      if (!hidden) edge = middle + half;
      node.setAttribute("visibility", hidden ? "hidden" : "visible");
      name.setAttribute("x", middle.toFixed(1));
    }
    edge = -Infinity;
    for (const node of points) {
      const t = +node.dataset.t, at = x(t), out = t < view.from || t > view.to;
      if (node.tagName === "path") { node.setAttribute("d", out ? "" : `M${at.toFixed(1)} 32V${bottom}`); continue; }
      const half = node.textContent.length * 3.1, middle = Math.min(Math.max(at, view.left + half), view.right - half);
      const hidden = out || middle - half < edge;
      if (!hidden) edge = middle + half;
      node.setAttribute("visibility", hidden ? "hidden" : "visible");
      node.setAttribute("x", middle.toFixed(1));
    }
  }

  function columns(bins, most, base, tall) {
    let d = "";
    for (let i = 0; i < bins.length; i++) {
      if (bins[i]) d += `M${view.left + i * BIN} ${base}v-${Math.max(bins[i] / most * tall, 1.5).toFixed(1)}h${BIN - 1}V${base}z`;
    }
    return d;
  }

  function binned(list, from, to) {
    const bins = new Float64Array(Math.floor((view.right - view.left) / BIN) + 1), scale = (view.right - view.left) / (to - from) / BIN;
    for (const { t, n } of list) {
      for (let i = firstAtLeast(t, from), end = firstAtLeast(t, to + 1); i < end; i++) bins[Math.floor((t[i] - from) * scale)] += n ? n[i] : 1;
    }
    return bins;
  }

  function drawLanes() {
    for (const lane of lanes) {
      const low = firstAtLeast(lane.t, view.from), high = firstAtLeast(lane.t, view.to + 1);
      const seen = lane.upTo ? (lane.upTo[high - 1] || 0) - (lane.upTo[low - 1] || 0) : high - low;
      count(lane.name, seen);
      let bars = "", dots = "";
      if (seen > DOTS_AT_MOST) {
        const bins = binned([lane], view.from, view.to);
        bars = columns(bins, Math.max(...bins), lane.y + lane.h / 2 - 1, lane.h - 14);
      } else {
        const reach = lane.h / 2 - 9;
        for (let i = low; i < high; i++) dots += `M${x(lane.t[i]).toFixed(1)} ${(lane.y + reach * (i * 0.618034 % 1 * 2 - 1)).toFixed(0)}h0`;
      }
      lane.bars.setAttribute("d", bars);
      lane.dots.setAttribute("d", dots);
    }
    for (const { t, path, y } of crowds) {
      let d = "", last = -9;
      for (let i = firstAtLeast(t, view.from), end = firstAtLeast(t, view.to + 1); i < end; i++) {
        const at = x(t[i]);
        if (at - last > 0.5) { d += `M${at.toFixed(1)} ${y}h0`; last = at; }
      }
      path.setAttribute("d", d);
    }
  }

  // How many events of a lane the window shows.
  function count(name, n) {
    const node = part("n-" + name), label = number.format(n);
    if (node.textContent !== label) node.textContent = label;
  }

  // While the hand moves, a lane's many links are one path of the same look; they come back at rest.
  function drawGhosts(lane) {
    const seen = lane.marks.filter((mark) => mark.t >= view.from && mark.t <= view.to), many = seen.length > GHOSTS_FROM;
    const moved = moving && many;
    if (moved !== !!lane.away) { lane.away = moved; lane.group.classList.toggle("away", moved); lane.ghost?.setAttribute("d", ""); }
    if (!moved) return false;
    lane.ghost ||= clip.closest("svg").insertBefore(make("path", { class: `ghost ${lane.name}`, "clip-path": "url(#plot)" }), part("labels"));
    const xs = seen.map((mark) => x(mark.t)), [size, ys] = swarm(xs, lane.h / 2 - 8), scale = size / SIZES[0];
    const shape = SHAPES[lane.name]?.replace(/-?[\d.]+/g, (n) => (n * scale).toFixed(1)) || "h0";
    if (!SHAPES[lane.name]) lane.ghost.style.strokeWidth = 8 * scale;
    lane.ghost.setAttribute("d", seen.map((_, i) => `M${xs[i].toFixed(1)} ${(lane.y + ys[i]).toFixed(1)}${shape}`).join(""));
    return true;
  }

  function drawMarks() {
    for (const lane of laneGroups) {
      if (drawGhosts(lane)) continue;
      const seen = [];
      for (const mark of lane.marks) {
        const shown = mark.t >= view.from && mark.t <= view.to;
        if (shown !== mark.shown) { mark.node.classList.toggle("out", !shown); mark.shown = shown; }
        if (shown) seen.push(mark);
      }
      if (!chart.lanes[lane.name]) count(lane.name, seen.length);
      const xs = seen.map((mark) => x(mark.t)), [size, ys] = swarm(xs, lane.h / 2 - 8);
      const shrink = size < SIZES[0] ? ` scale(${(size / SIZES[0]).toFixed(2)})` : "";
      seen.forEach((mark, i) => mark.node.setAttribute("transform", `translate(${xs[i].toFixed(1)} ${(lane.y + ys[i]).toFixed(1)})${shrink}`));
    }
  }

  function drawOverview() {
    const all = binned(lanes, 0, span), red = new Float64Array(all.length);
    const flagged = laneGroups.find((lane) => lane.name === "messages").marks.map((mark) => mark.t);
    for (const t of [...flagged, ...(chart.crowd.messages ? sums(chart.crowd.messages) : [])]) red[Math.floor((overX(t) - view.left) / BIN)] += 1;
    svg.querySelector("#overview .bars").setAttribute("d", columns(all, Math.max(...all), stripTop + stripHeight, stripHeight - 6));
    svg.querySelector("#overview .bad-bars").setAttribute("d", columns(red, Math.max(...red), stripTop + stripHeight, stripHeight - 12));
  }

  function drawWindow() {
    const low = overX(view.from), high = overX(view.to), middle = stripTop + stripHeight / 2;
    const grip = (at) => make("path", { d: `M${at.toFixed(1)} ${middle - 6}v12` });
    part("window").replaceChildren(
      make("rect", { x: low.toFixed(1), y: stripTop, width: Math.max(high - low, 2).toFixed(1), height: stripHeight }), grip(low), grip(high));
  }

  let waiting = 0, moving = false, settling = 0;
  function draw() {
    waiting = 0;
    drawTicks(); drawSpans(); drawLanes(); drawMarks(); drawWindow();
  }
  const later = () => { waiting ||= requestAnimationFrame(draw); };

  let laid = 0;
  function layout() {
    const style = getComputedStyle(svg.parentElement);
    const wide = Math.max(Math.floor(svg.parentElement.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)), 280);
    if (wide === laid) return; // the observer speaks once before anything has changed
    laid = wide;
    const narrow = wide < 640;
    svg.setAttribute("viewBox", `0 0 ${wide} ${height}`);
    svg.setAttribute("width", wide);
    view.left = narrow ? 0 : 104;
    view.right = wide - (narrow ? 0 : 8);
    svg.classList.toggle("narrow", narrow);
    for (const node of [clip, strip]) { node.setAttribute("x", view.left); node.setAttribute("width", view.right - view.left); }
    for (const rule of svg.querySelectorAll(".lanes .rule")) rule.setAttribute("d", rule.getAttribute("d").replace(/H.*/, "H" + view.right));
    for (const label of svg.querySelectorAll(".lane, .lane-n")) {
      label.dataset.place ||= label.getAttribute("y");
      label.setAttribute("y", +label.dataset.place - (narrow ? 8 : 0));
    }
    drawOverview();
    draw();
  }

  // What the page needs to know after a change; while dragging only the picture follows.
  function show(from, to, quiet) {
    moving = !!quiet;
    let wide = Math.min(Math.max(to - from, LEAST_WINDOW), span);
    if (to - from < wide) from = (from + to - wide) / 2;
    view.from = Math.round(Math.min(Math.max(from, 0), span - wide));
    view.to = Math.round(view.from + wide);
    later();
    changed(api, quiet);
  }
  const zoom = (factor, t = (view.from + view.to) / 2, quiet = false) => show(t - (t - view.from) * factor, t + (view.to - t) * factor, quiet);
  const pan = (share, quiet = false) => { const by = (view.to - view.from) * share; show(Math.max(view.from + by, 0), Math.max(view.to + by, view.to - view.from), quiet); };
  const at = (event) => {
    const frame = svg.getBoundingClientRect();
    return { px: (event.clientX - frame.left) * svg.viewBox.baseVal.width / frame.width, py: (event.clientY - frame.top) * height / frame.height };
  };
  const timeAt = (px) => view.from + (px - view.left) / (view.right - view.left) * (view.to - view.from);

  const fingers = new Map();
  let drag = null;
  svg.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("a"); // a finger may begin to move on one; a mouse means it
    if (event.button || link && event.pointerType !== "touch") return;
    const { px, py } = at(event);
    fingers.set(event.pointerId, px);
    if (px < view.left) return;
    if (!link) svg.setPointerCapture(event.pointerId);
    svg.focus({ preventScroll: true });
    if (py >= stripTop - 4) {
      const low = overX(view.from), high = overX(view.to), t = (px - view.left) / (view.right - view.left) * span;
      const edge = Math.abs(px - low) < 8 ? "from" : Math.abs(px - high) < 8 ? "to" : px > low && px < high && high - low < view.right - view.left - 2 ? "move" : "new";
      drag = { kind: edge, t, from: view.from, to: view.to };
    } else {
      drag = { kind: event.shiftKey || event.pointerType === "touch" ? "pan" : "select", px, from: view.from, to: view.to };
    }
    if (fingers.size === 2) drag = { kind: "pinch", gap: Math.abs([...fingers.values()][0] - px), from: view.from, to: view.to };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const { px } = at(event), t = (px - view.left) / (view.right - view.left) * span;
    fingers.set(event.pointerId, px);
    if (drag.kind === "from") show(Math.min(t, drag.to - LEAST_WINDOW), drag.to, true);
    else if (drag.kind === "to") show(drag.from, Math.max(t, drag.from + LEAST_WINDOW), true);
    else if (drag.kind === "move") show(drag.from + t - drag.t, drag.to + t - drag.t, true);
    else if (drag.kind === "new") { if (Math.abs(t - drag.t) > span / 200) show(Math.min(t, drag.t), Math.max(t, drag.t), true); }
    else if (drag.kind === "pan") { const by = (drag.px - px) / (view.right - view.left) * (drag.to - drag.from); show(drag.from + by, drag.to + by, true); }
    else if (drag.kind === "pinch") {
      const [one, two] = [...fingers.values()], factor = drag.gap / Math.max(Math.abs(one - two), 8), middle = (drag.from + drag.to) / 2, half = (drag.to - drag.from) / 2 * factor;
      show(middle - half, middle + half, true);
    } else {
      drag.box ||= svg.appendChild(make("rect", { class: "select", y: 40, height: bottom - 40 }));
      drag.end = Math.min(Math.max(px, view.left), view.right);
      drag.box.setAttribute("x", Math.min(drag.px, drag.end));
      drag.box.setAttribute("width", Math.abs(drag.end - drag.px));
    }
  });
  const drop = (event) => {
    fingers.delete(event.pointerId);
    if (!drag) return;
    const done = drag;
    drag = null;
    done.box?.remove();
    if (done.kind === "select") {
      if (done.end !== undefined && Math.abs(done.end - done.px) > 5) show(timeAt(Math.min(done.px, done.end)), timeAt(Math.max(done.px, done.end)));
    } else show(view.from, view.to);
  };
  svg.addEventListener("pointerup", drop);
  svg.addEventListener("pointercancel", drop);
  svg.addEventListener("dblclick", () => show(0, span));
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !svg.contains(document.activeElement)) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX / 800, true);
    else zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, timeAt(at(event).px), true);
    clearTimeout(settling);
    settling = setTimeout(() => show(view.from, view.to), 200);
  }, { passive: false });
  new ResizeObserver(layout).observe(svg.parentElement);

  const api = { view, span, show, zoom, pan, lanes: laneGroups, when, formats, layout };
  return api;
}
