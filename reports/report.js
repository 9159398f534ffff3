// The lists: filters, the state in the address, deep links, decisions, keys. The page is complete
// without any of it.

(() => {
  const data = JSON.parse(document.getElementById("data").textContent), text = data.text;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const number = new Intl.NumberFormat("en");
  const threads = all(".thread"), filters = find("#filters"), svg = find("#chart");
  const NAMES = ["policy", "incident", "operator", "channel", "severity", "status"];
  let chart = null, current = null;

  for (const node of all("[data-js]")) node.hidden = false;

  // ---- filters
  const field = (name) => filters?.elements[name]?.value || "";
  const lists = threads.map((node) => ({
    node, a: +node.dataset.a, b: +node.dataset.b,
    values: Object.fromEntries(NAMES.map((name) => [name, node.dataset[name].split(";")])),
  }));
  const words = (item) => item.words ||= item.node.textContent.toLowerCase();
  const zoomed = () => chart && (chart.view.from > 0 || chart.view.to < chart.span);

  function reason(item, wanted, query) {
    if (zoomed() && (item.b < chart.view.from || item.a > chart.view.to)) return "time";
    for (const [name, value] of wanted) if (!item.values[name].includes(value)) return name;
    return query && !words(item).includes(query) ? "search" : "";
  }

  function apply() {
    if (!filters) return;
    const wanted = NAMES.map((name) => [name, field(name)]).filter(([, value]) => value), query = field("q").trim().toLowerCase(), hidden = {};
    let shown = 0;
    for (const item of lists) {
      const why = reason(item, wanted, query);
      item.node.hidden = why !== "";
      if (why) hidden[why] = (hidden[why] || 0) + 1; else shown += 1;
    }
    const parts = Object.entries(hidden).map(([why, n]) => fill(text.hidden, { n: number.format(n), by: text["by_" + why] }));
    find("#shown").textContent = [fill(text.shown, { n: number.format(shown), total: number.format(lists.length) }), ...parts].join("; ");
    const filtered = shown < lists.length || wanted.length > 0 || query !== "" || zoomed();
    find("[data-do=clear]").hidden = !filtered;
    find(".status").classList.toggle("filtered", filtered);
    find("#no-match").hidden = shown > 0;
  }

  function remember() {
    const state = new URLSearchParams();
    if (zoomed()) { state.set("from", chart.view.from); state.set("to", chart.view.to); }
    for (const name of [...NAMES, "q"]) if (field(name)) state.set(name, field(name));
    const hash = state.toString();
    if (hash || location.hash.includes("=")) history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  }

  function restore() {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const name of [...NAMES, "q"]) if (filters?.elements[name]) filters.elements[name].value = state.get(name) || "";
    if (chart) chart.show(+(state.get("from") ?? 0), +(state.get("to") ?? chart.span), true);
    apply();
  }

  function clear() {
    filters?.reset();
    if (chart) chart.show(0, chart.span, true);
    remember();
    apply();
  }

  // ---- deep links
  function reveal(id) {
    const target = id && document.getElementById(id);
    if (!target) return;
    const thread = target.closest(".thread");
    if (thread?.hidden) { filters.reset(); chart?.show(0, chart.span, true); apply(); }
    for (let node = target.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    current = thread || current;
    (thread && target.classList.contains("talk") ? thread : target).scrollIntoView({ block: target.closest(".msg, .finding") ? "center" : "start" });
  }
  function arrive() {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash.includes("=")) restore(); else reveal(hash);
  }
  addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const target = link?.getAttribute("href"); // an SVG link has no .hash
    if (target?.startsWith("#") && target.slice(1) === decodeURIComponent(location.hash.slice(1))) reveal(target.slice(1));
  });

  // ---- decisions
  const key = "msgaudit:" + data.run, template = find("template#decide");
  let marks = {}, kept = true;
  try { marks = JSON.parse(localStorage.getItem(key) || "{}"); } catch { kept = false; }
  const cell = (value) => {
    const safe = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  function save() {
    try { localStorage.setItem(key, JSON.stringify(marks)); } catch { kept = false; }
    const n = Object.keys(marks).length;
    if (!find("#waiting")) return;
    find("#waiting").textContent = (n ? fill(n === 1 ? text.waiting_one : text.waiting_many, { n }) : "") + (n && !kept ? ". " + text.stored : "");
    find("[data-do=download]").disabled = n === 0;
  }
  function paint(form, id) {
    const mark = marks[id];
    for (const button of all("[data-mark]", form)) {
      if (button.dataset.mark) button.setAttribute("aria-pressed", String(mark?.decision === button.dataset.mark));
      else button.hidden = !mark;
    }
    if (mark) { form.elements.reason.value = mark.reason; form.elements.note.value = mark.note; }
  }
  function equip(thread) {
    if (!template) return;
    for (const finding of all(".finding:not(.equipped)", thread)) {
      finding.classList.add("equipped");
      finding.append(template.content.cloneNode(true));
      const form = finding.lastElementChild, id = finding.dataset.f;
      paint(form, id);
      form.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.dataset.copy !== undefined) copy(find(".cite", finding).dataset.cite, button);
        if (button?.dataset.mark === undefined) return;
        if (button.dataset.mark) marks[id] = { decision: button.dataset.mark, reason: form.elements.reason.value, note: form.elements.note.value, at: new Date().toISOString().slice(0, 19) + "Z" };
        else delete marks[id];
        paint(form, id);
        save();
      });
      form.addEventListener("input", () => {
        if (marks[id]) { marks[id].reason = form.elements.reason.value; marks[id].note = form.elements.note.value; save(); }
      });
    }
  }
  function copy(words, button) {
    const done = (label) => { button.textContent = label; setTimeout(() => { button.textContent = text.copy; }, 1600); };
    const by_hand = () => {
      const area = document.createElement("textarea");
      area.value = words;
      document.body.append(area);
      area.select();
      done(document.execCommand("copy") ? text.copied : text.copy_failed);
      area.remove();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(words).then(() => done(text.copied), by_hand); else by_hand();
  }
  function download() {
    const by = find("#by").value, lines = ["finding_id,decision,reason,note,decided_by,decided_at,expires_on"];
    for (const [id, mark] of Object.entries(marks).sort()) lines.push([id, mark.decision, mark.reason, mark.note, by, mark.at, ""].map(cell).join(","));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = "decisions.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  document.addEventListener("toggle", (event) => { if (event.target.classList?.contains("thread") && event.target.open) equip(event.target); }, true);

  // ---- the timeline's tools
  let pending = 0;
  if (svg && data.chart) {
    svg.classList.add("live");
    svg.setAttribute("tabindex", "0");
    const tip = document.createElement("div");
    tip.id = "tip";
    tip.hidden = true;
    document.body.append(tip);
    const titles = new WeakMap();
    for (const title of all(".mark > title, .gap > title", svg)) {
      const node = title.parentElement;
      titles.set(node, title.textContent);
      if (node.tagName === "a") { node.setAttribute("aria-label", title.textContent); node.setAttribute("tabindex", "-1"); }
      title.remove();
    }
    const point = (event) => {
      const node = event.target.closest?.(".mark, .gap");
      tip.hidden = !node;
      if (!node) return;
      tip.textContent = titles.get(node);
      const box = node.getBoundingClientRect(), mine = tip.getBoundingClientRect();
      tip.style.left = Math.max(8, Math.min(box.x + box.width / 2 - mine.width / 2, innerWidth - mine.width - 8)) + "px";
      tip.style.top = (box.y > mine.height + 16 ? box.y - mine.height - 8 : box.bottom + 8) + "px";
    };
    for (const kind of ["pointerover", "focusin"]) svg.addEventListener(kind, point);
    for (const kind of ["pointerleave", "focusout"]) svg.addEventListener(kind, () => { tip.hidden = true; });
    addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
    chart = makeChart(svg, data, (api, quiet) => {
      const { from, to } = api.view, format = to - from < 4320 ? api.formats.moment : api.formats.full;
      find("#range").textContent = `${format.format(api.when(from))} – ${format.format(api.when(to))}`;
      clearTimeout(pending);
      pending = setTimeout(() => { apply(); if (!quiet) remember(); }, quiet ? 250 : 40); // lists follow when the hand rests
    });
    const marksOf = (lane) => lane.marks.map((mark) => ({ ...mark, lane }));
    const flagged = marksOf(chart.lanes.find((lane) => lane.name === "messages"));
    const go = (mark) => {
      if (!mark) return;
      const { from, to } = chart.view;
      if (mark.t < from || mark.t > to) chart.show(mark.t - (to - from) / 2, mark.t + (to - from) / 2);
      requestAnimationFrame(() => mark.node.focus({ preventScroll: true }));
    };
    const now = () => chart.lanes.flatMap(marksOf).find((mark) => mark.node === document.activeElement);
    const step = (by) => {
      const here = now(), list = here ? marksOf(here.lane) : flagged;
      if (!here) return go(by > 0 ? list.find((mark) => mark.t >= chart.view.from) : list.findLast((mark) => mark.t <= chart.view.to));
      go(list[list.findIndex((mark) => mark.node === here.node) + by]);
    };
    const climb = (by) => {
      const here = now();
      if (!here) return step(1);
      for (let i = chart.lanes.indexOf(here.lane) + by; chart.lanes[i]; i += by) {
        const list = marksOf(chart.lanes[i]);
        if (list.length) return go(list.reduce((best, mark) => Math.abs(mark.t - here.t) < Math.abs(best.t - here.t) ? mark : best));
      }
    };
    const fit = ([from, to]) => { const room = Math.max((to - from) * 0.12, 720); chart.show(from - room, to + room); };
    const fitMark = () => { const here = now(), band = here && Object.values(data.bands).find(([a, b]) => here.t >= a - 1440 && here.t <= b + 1440); if (band) fit(band); };
    const acts = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => climb(-1), ArrowDown: () => climb(1),
      "+": () => chart.zoom(0.6), "=": () => chart.zoom(0.6), "-": () => chart.zoom(1 / 0.6), 0: () => chart.show(0, chart.span),
      "[": () => chart.pan(-0.4), "]": () => chart.pan(0.4), f: fitMark, Escape: () => { tip.hidden = true; } };
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    });
    const tools = { in: acts["+"], out: acts["-"], all: acts[0], next: () => step(1), prev: () => step(-1) };
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (tools[button.dataset.do]) tools[button.dataset.do]();
      if (button.dataset.fit && data.bands[button.dataset.fit]) {
        fit(data.bands[button.dataset.fit]);
        if (button.dataset.go) find("#" + button.dataset.go).scrollIntoView();
      }
    });
    chart.layout();
  }

  // ---- the rest of the page's buttons and keys
  const open = (value) => { for (const node of threads) if (!node.hidden) node.open = value; };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const what = button?.dataset.do;
    if (what === "clear") clear();
    else if (what === "open-all") open(true);
    else if (what === "close-all") open(false);
    else if (what === "download") download();
    else if (what === "help") find("#keys").showModal();
    if (button?.dataset.only) {
      if (filters.elements.incident) filters.elements.incident.value = button.dataset.only;
      apply();
      remember();
      find("#threads").scrollIntoView();
    }
  });
  document.addEventListener("submit", (event) => { if (event.target.getAttribute("method") !== "dialog") event.preventDefault(); });
  filters?.addEventListener("input", () => { apply(); remember(); });
  const neighbour = (by) => {
    const shown = threads.filter((node) => !node.hidden), next = shown[current ? shown.indexOf(current) + by : 0];
    if (!next) return;
    if (current) current.open = false;
    current = next;
    next.open = true;
    next.scrollIntoView({ block: "start" });
    find("summary", next).focus({ preventScroll: true });
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    const act = { "/": () => filters?.elements.q.focus(), "?": () => find("#keys").showModal(), ".": () => neighbour(1), ",": () => neighbour(-1) }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open])"); for (const node of opened) node.open = true; });
  addEventListener("afterprint", () => { for (const node of opened) node.open = false; });
  const links = all(".bar a");
  if (links.length && "IntersectionObserver" in window) {
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links) if (link.getAttribute("href") === "#" + entry.target.id) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-20% 0px -70%" });
    for (const section of all("main > section")) watch.observe(section);
  }
  for (const thread of all(".thread[open]")) equip(thread);
  save();
  apply();
  arrive();
  addEventListener("load", arrive); // the browser's own jump comes after the script
})();
