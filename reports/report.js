// The page: filters, the state in the address, deep links, keys. It is complete without any of it.

(() => {
  const data = JSON.parse(document.getElementById("data").textContent), text = data.text;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const number = new Intl.NumberFormat(data.language);
  const threads = all(".thread"), filters = find("#filters"), svg = find("#chart"), list = find(".threads");
  const NAMES = ["policy", "incident", "operator", "channel", "severity", "status"];
  const RANKS = ["critical", "high", "medium", "low"];
  let chart = null, current = null, range = null;

  for (const node of all("[data-js]")) node.hidden = false;
  let marked = 0;
  const decisions = makeDecisions(data, { find, all, fill }, (n) => {
    if (n || marked) for (const node of threads) node.classList.toggle("done", decisions.left(node) === 0);
    marked = n;
  });

  // ---- what is shown
  const field = (name) => filters?.elements[name]?.value || "";
  const lists = threads.map((node) => ({
    node, a: +node.dataset.a, b: +node.dataset.b,
    values: Object.fromEntries(NAMES.map((name) => [name, node.dataset[name].split(";")])),
  }));
  const others = ["incidents", "queue"].map((name) => ({
    shown: find(`[data-shown=${name}]`), told: text["shown_" + name],
    items: all(`#${name} [data-a]`).map((node) => ({ node, a: +node.dataset.a, b: +node.dataset.b })),
  }));
  const words = (item) => item.words ||= item.node.textContent.toLowerCase();
  const outside = (item) => range && (item.b < range.from || item.a > range.to);

  function reason(item, wanted, query) {
    if (outside(item)) return "time";
    for (const [name, value] of wanted) if (!item.values[name].includes(value)) return name;
    return query && !words(item).includes(query) ? "search" : "";
  }

  function told(counts, shown, total, sentence) {
    const parts = Object.entries(counts).map(([why, n]) => fill(text.hidden, { n: number.format(n), by: text["by_" + why] }));
    return [fill(sentence, { n: number.format(shown), total: number.format(total) }), ...parts].join("; ");
  }

  function apply() {
    for (const { shown, items, told: sentence } of others) {
      if (!shown) continue;
      const hidden = items.filter((item) => { item.node.hidden = !!outside(item); return item.node.hidden; }).length;
      shown.hidden = hidden === 0;
      shown.textContent = hidden ? told({ time: hidden }, items.length - hidden, items.length, sentence) : "";
    }
    if (!filters) return;
    const wanted = NAMES.map((name) => [name, field(name)]).filter(([, value]) => value), query = field("q").trim().toLowerCase(), hidden = {};
    let shown = 0;
    for (const item of lists) {
      const why = reason(item, wanted, query);
      if (item.node.hidden !== (why !== "")) item.node.hidden = why !== "";
      if (why) hidden[why] = (hidden[why] || 0) + 1; else shown += 1;
    }
    find("#shown").textContent = told(hidden, shown, lists.length, text.shown);
    const inview = find("#inview");
    if (inview) inview.textContent = range ? fill(text.inview, { n: number.format(lists.filter((item) => !outside(item)).length + beyond([]).reduce((sum, n) => sum + n, 0)), total: number.format(lists.length + (index?.page.length || 0)) }) : "";
    const filtered = shown < lists.length || wanted.length > 0 || query !== "" || !!range;
    find("[data-do=clear]").hidden = !filtered;
    find(".status").classList.toggle("filtered", filtered);
    find("#no-match").hidden = shown > 0;
    pages(wanted, query);
  }

  // ---- the conversations on other pages: counted here, shown there
  const index = data.index && { ...data.index, values: Object.fromEntries(NAMES.map((name) => [name, data.index[name].words.map((words) => words.split(";"))])) };
  const links = all(".pages li").map((node) => ({ node, link: find("a", node), count: find("small", node), href: find("a", node).getAttribute("href") }));

  function beyond(wanted) {
    const counts = links.map(() => 0);
    if (!index) return counts;
    for (let i = 0; i < index.page.length; i++) {
      if (range && (index.b[i] < range.from || index.a[i] > range.to)) continue;
      if (wanted.every(([name, value]) => index.values[name][index[name].codes[i]].includes(value))) counts[index.page[i]] += 1;
    }
    return counts;
  }

  function pages(wanted, query) {
    if (!index) return;
    const counts = beyond(wanted), state = hash(), narrowed = wanted.length > 0 || range;
    links.forEach(({ node, link, count, href }, i) => {
      node.hidden = counts[i] === 0;
      link.setAttribute("href", href + (state ? "#" + state : ""));
      count.textContent = narrowed ? fill(text.match, { n: number.format(counts[i]) }) : "";
    });
    const sum = counts.reduce((total, n) => total + n, 0);
    find("#beyond").textContent = narrowed || query ? fill(query ? text.beyond_search : text.beyond, { n: number.format(sum) }) : "";
  }

  // ---- the state in the address
  function hash() {
    const state = new URLSearchParams();
    if (range) { state.set("from", range.from); state.set("to", range.to); }
    for (const name of [...NAMES, "q", "sort"]) if (field(name)) state.set(name, field(name));
    return state.toString();
  }

  // A range that is left can be gone back to: steps in quick succession are one.
  let noted = "", pushed = 0;
  const spot = () => range ? `${range.from}-${range.to}` : "";
  function remember(step) {
    const state = hash(), moved = step && spot() !== noted, late = Date.now() - pushed > 1000;
    noted = spot();
    if (!state && !location.hash.includes("=")) return;
    const url = state ? "#" + state : location.pathname + location.search;
    if (moved && late) history.pushState(null, "", url); else history.replaceState(null, "", url);
    if (moved) pushed = Date.now();
  }

  function limit(from, to) {
    const given = Number.isFinite(from) && Number.isFinite(to) && from < to;
    range = given ? { from, to } : null;
    if (chart) { if (given) chart.show(from, to); else chart.show(0, chart.span); }
    noted = spot();
  }

  let restored = false;
  function restore() {
    restored = true;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const name of [...NAMES, "q", "sort"]) if (filters?.elements[name]) filters.elements[name].value = state.get(name) || "";
    limit(parseFloat(state.get("from")), parseFloat(state.get("to")));
    order();
    apply();
  }

  function clear() {
    filters?.reset();
    limit();
    order();
    remember();
    apply();
  }

  let sorted = "";
  function order() {
    if (!list || field("sort") === sorted) return;
    sorted = field("sort");
    const rank = (item) => RANKS.indexOf(item.node.dataset.severity);
    list.append(...(sorted ? lists.toSorted((one, two) => rank(one) - rank(two)) : lists).map((item) => item.node));
  }

  // ---- deep links
  function reveal(id) {
    const target = id && document.getElementById(id);
    if (!target) return;
    const hidden = target.closest("[hidden]"), thread = target.closest(".thread");
    if (hidden?.matches(".thread, [data-a]")) { filters?.reset(); limit(); order(); apply(); }
    for (let node = target.parentElement; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    current = thread || current;
    (thread && target.classList.contains("talk") ? thread : target).scrollIntoView({ block: target.closest(".msg, .finding") ? "center" : "start" });
  }
  function arrive() {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash.includes("=") || hash === "" && restored) restore(); else reveal(hash);
  }
  addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const target = link?.getAttribute("href"); // an SVG link has no .hash
    if (target?.startsWith("#") && target.slice(1) === decodeURIComponent(location.hash.slice(1))) reveal(target.slice(1));
  });
  document.addEventListener("toggle", (event) => {
    if (!event.target.classList?.contains("thread") || !event.target.open) return;
    decisions.equip(event.target);
  }, true);

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
      range = from > 0 || to < api.span ? { from, to } : null;
      clearTimeout(pending);
      pending = setTimeout(() => { apply(); if (!quiet) { remember(true); restored = true; } }, quiet ? 250 : 40); // lists follow when the hand rests
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
      const here = now(), marks = here ? marksOf(here.lane) : flagged;
      if (!here) return go(by > 0 ? marks.find((mark) => mark.t >= chart.view.from) : marks.findLast((mark) => mark.t <= chart.view.to));
      go(marks[marks.findIndex((mark) => mark.node === here.node) + by]);
    };
    const climb = (by) => {
      const here = now();
      if (!here) return step(1);
      for (let i = chart.lanes.indexOf(here.lane) + by; chart.lanes[i]; i += by) {
        const marks = marksOf(chart.lanes[i]);
        if (marks.length) return go(marks.reduce((best, mark) => Math.abs(mark.t - here.t) < Math.abs(best.t - here.t) ? mark : best));
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
  const deeds = { clear, download: decisions.download, help: () => find("#keys").showModal(), "open-all": () => open(true), "close-all": () => open(false) };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    deeds[button?.dataset.do]?.();
    if (button?.dataset.only) {
      if (filters.elements.incident) filters.elements.incident.value = button.dataset.only;
      apply();
      remember();
      find("#threads").scrollIntoView();
    }
  });
  document.addEventListener("submit", (event) => { if (event.target.getAttribute("method") !== "dialog") event.preventDefault(); });
  document.addEventListener("input", (event) => { if (filters && event.target.form === filters) { order(); apply(); remember(); } });
  const visit = (next) => {
    if (!next) return;
    if (current && current !== next) current.open = false;
    current = next;
    next.open = true;
    decisions.equip(next); // the toggle event comes later than the next key may
    next.scrollIntoView({ block: "start" });
    find("summary", next).focus({ preventScroll: true });
  };
  const listed = () => all(".thread:not([hidden])", list || document);
  const neighbour = (by) => { const shown = listed(); visit(shown[current ? shown.indexOf(current) + by : 0]); };
  const undecided = () => { const shown = listed(), at = shown.indexOf(current) + 1; visit([...shown.slice(at), ...shown.slice(0, at)].find((node) => decisions.left(node) > 0)); };
  const rule = (decision) => { if (current?.open) decisions.act(current, decision); };
  const keys = { "/": () => filters?.elements.q.focus(), "?": deeds.help, ".": () => neighbour(1), ",": () => neighbour(-1), j: () => neighbour(1), k: () => neighbour(-1),
    n: undecided, c: () => rule("confirmed"), x: () => rule("dismissed"), u: () => rule("") };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open], .spare)"); for (const node of opened) node.open = true; });
  addEventListener("afterprint", () => { for (const node of opened) node.open = false; });
  const nav = all(".bar a");
  if (nav.length && "IntersectionObserver" in window) {
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of nav) if (link.getAttribute("href") === "#" + entry.target.id) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-20% 0px -70%" });
    for (const section of all("main > section")) watch.observe(section);
  }
  for (const thread of all(".thread[open]")) decisions.equip(thread);
  for (const entry of all("[data-q]")) decisions.equip(entry);
  decisions.save();
  apply();
  arrive();
  addEventListener("load", arrive); // the browser's own jump comes after the script
})();
