// Decisions: findings and queue entries are confirmed or dismissed here, kept in this browser, and
// downloaded as the decisions.csv that the next run reads.

function makeDecisions(data, { find, all, fill }, changed) {
  const text = data.text, key = "msgaudit:" + data.run;
  const forms = { finding: find("template#decide"), entry: find("template#decide-entry") };
  let marks = {}, kept = true;
  try { marks = JSON.parse(localStorage.getItem(key) || "{}"); } catch { kept = false; }

  const cell = (value) => {
    const safe = /^[\s\u00a0]*[=+\-@\t\r\n]/.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const said = (n, one, many) => fill(n === 1 ? one : many, { n });

  function save() {
    try { localStorage.setItem(key, JSON.stringify(marks)); } catch { kept = false; }
    const n = Object.keys(marks).length;
    for (const node of all(".waiting")) node.textContent = n ? said(n, text.waiting_one, text.waiting_many) + (kept ? "" : ". " + text.stored) : "";
    for (const button of all("[data-do=download]")) button.disabled = n === 0;
    changed(n);
  }

  function set(ids, mark) {
    for (const id of ids) if (mark) marks[id] = mark(id); else delete marks[id];
    save();
  }

  // What a form speaks of: the findings of its message, one of them, or its queue entry.
  function about(form) {
    const entry = form.closest("[data-q]");
    if (entry) return [entry.dataset.q];
    const one = form.elements.of?.value;
    return one ? [one] : all(".finding", form.closest(".msg")).map((node) => node.dataset.f);
  }

  // What says the very same. Queue entries of one text share one form, so their ids stand on it.
  const inOneForm = (form) => (form.closest("[data-q]")?.dataset.others || "").split(" ").filter(Boolean);

  function alike(form) {
    const entry = form.closest("[data-q]");
    if (entry) return inOneForm(form).map((id) => [id, entry.dataset.q]);
    const chosen = new Set(about(form)), found = [];
    for (const node of all(".finding[data-same]", form.closest(".msg"))) {
      if (!chosen.has(node.dataset.f)) continue;
      for (const other of all(`.finding[data-same="${CSS.escape(node.dataset.same)}"]`)) if (other.dataset.f !== node.dataset.f) found.push([other.dataset.f, node.dataset.f]);
    }
    return found;
  }

  function decide(form, decision) {
    const value = (name) => form.elements[name]?.value || "", policy = value("policy");
    if (decision === "confirmed" && form.elements.policy && !policy) return form.elements.policy.focus();
    const at = new Date().toISOString().slice(0, 19) + "Z";
    const mark = (after) => () => ({
      decision, at, policy: decision === "confirmed" ? policy : "", until: value("until"),
      reason: decision === "dismissed" ? value("reason") : "", note: [after, value("note")].filter(Boolean).join("; "),
    });
    for (const id of inOneForm(form)) delete marks[id];
    if (decision && form.elements.alike.checked) for (const [id, first] of alike(form)) marks[id] = mark(fill(text.same_as, { id: first }))();
    set(about(form), decision && mark(""));
    repaint();
  }

  function paint(form) {
    const ids = about(form), mine = ids.map((id) => marks[id]).filter(Boolean);
    const same = mine.length === ids.length && mine.every((mark) => mark.decision === mine[0].decision);
    for (const button of all("[data-mark]", form)) {
      if (button.dataset.mark) button.setAttribute("aria-pressed", String(same && mine[0]?.decision === button.dataset.mark));
      else button.hidden = mine.length === 0;
    }
    const others = alike(form).length, label = find("[data-alike]", form);
    label.hidden = others === 0;
    find("span", label).textContent = form.closest("[data-q]") ? said(others, text.alike_entry_one, text.alike_entry_many) : said(others, text.alike_one, text.alike_many);
  }

  function badge(node, mark) {
    let label = find(".decided", node);
    if (!mark) return label?.remove();
    if (!label) {
      label = document.createElement("span");
      find("p", node).append(label);
    }
    label.className = "decided " + mark.decision;
    label.textContent = text[mark.decision];
  }

  const painted = new Set();
  function repaint() {
    for (const form of painted) paint(form);
    for (const node of all(".equipped .finding, .equipped[data-q]")) badge(node, marks[node.dataset.f || node.dataset.q]);
  }

  // Forms are put in when a conversation is opened: a page of thousands stays light.
  function equip(place) {
    const hosts = place.matches("[data-q]") ? [place] : all(".msg.flagged:not(.equipped)", place);
    for (const host of hosts) {
      const entry = host.matches("[data-q]"), template = entry ? forms.entry : forms.finding;
      if (!template || host.classList.contains("equipped")) continue;
      host.classList.add("equipped");
      const boxes = all(".finding", host), form = template.content.cloneNode(true).firstElementChild;
      if (entry) host.append(form); else boxes.at(-1).after(form);
      if (boxes.length > 1) {
        const choice = form.elements.of;
        choice.append(new Option(fill(text.all_of, { n: boxes.length }), ""), ...boxes.map((box) => new Option(find("b", box).textContent, box.dataset.f)));
        choice.hidden = false;
      }
      const held = about(form).map((id) => marks[id]).find(Boolean);
      if (held) for (const [name, value] of [["reason", held.reason], ["note", held.note], ["until", held.until], ["policy", held.policy]]) if (value && form.elements[name]) form.elements[name].value = value;
      if (held && (held.note || held.until)) find(".more", form).open = true;
      // Shown without its tick, an entry decided again would take the others back.
      form.elements.alike.checked = inOneForm(form).some((id) => marks[id]);
      form.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.dataset.copy !== undefined) copy(about(form).map((id) => find(`.cite[data-id="${CSS.escape(id)}"]`, host).dataset.cite).join("\n"), button);
        if (button?.dataset.mark !== undefined) decide(form, button.dataset.mark);
      });
      form.addEventListener("input", (event) => {
        if (event.target.name === "of" || event.target.name === "alike") return paint(form);
        for (const id of about(form)) {
          const mark = marks[id];
          if (!mark) continue;
          if (event.target.name === "reason" && mark.decision === "dismissed") mark.reason = event.target.value;
          if (event.target.name === "policy" && mark.decision === "confirmed" && event.target.value) mark.policy = event.target.value;
          if (event.target.name === "note" || event.target.name === "until") mark[event.target.name] = event.target.value;
        }
        save();
      });
      painted.add(form);
    }
    repaint();
  }

  function copy(words, button) {
    const done = (label) => { button.textContent = label; setTimeout(() => { button.textContent = text.copy; }, 1600); };
    const byHand = () => {
      const area = document.createElement("textarea");
      area.value = words;
      document.body.append(area);
      area.select();
      done(document.execCommand("copy") ? text.copied : text.copy_failed);
      area.remove();
      button.focus();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(words).then(() => done(text.copied), byHand); else byHand();
  }

  function download() {
    const by = find("#by").value, lines = ["finding_id,decision,reason,note,decided_by,decided_at,expires_on"];
    for (const [id, mark] of Object.entries(marks).sort()) {
      const note = [mark.policy && "policy=" + mark.policy, mark.note].filter(Boolean).join("; ");
      lines.push([id, mark.decision, mark.reason, note, by, mark.at, mark.until || ""].map(cell).join(","));
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    link.download = "decisions.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // The decision keys speak of the first undecided message of an open conversation, else its first.
  function act(place, decision) {
    const open = all("form.decide", place), form = open.find((item) => about(item).some((id) => !marks[id])) || open[0];
    if (!form) return;
    decide(form, decision);
    form.closest(".msg, [data-q]").scrollIntoView({ block: "nearest" });
  }

  const left = (place) => all("[data-f]", place).filter((node) => !marks[node.dataset.f]).length;
  return { equip, save, download, act, left };
}
