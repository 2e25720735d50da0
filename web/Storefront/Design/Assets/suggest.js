// A combobox over the search field: words, offers, departments and shops as one types.
export function suggest(input) {
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = input.id + "-suggestions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  input.closest("form").append(list);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }).forEach(([k, v]) => input.setAttribute(k, v));

  let at = -1, timer, asked;
  const items = () => [...list.children];
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = next => {
    const all = items();
    if (!all.length) return;
    all[at]?.setAttribute("aria-selected", "false");
    at = (next + all.length) % all.length;
    all[at].setAttribute("aria-selected", "true");
    all[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[at].id);
  };
  const show = found => {
    list.replaceChildren(...found.map((s, i) => {
      const li = Object.assign(document.createElement("li"), { id: `${list.id}-${i}`, textContent: s.text });
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      li.dataset.href = s.href;
      if (s.label) li.append(Object.assign(document.createElement("small"), { textContent: s.label }));
      li.addEventListener("pointerdown", e => { e.preventDefault(); location.href = s.href; });
      return li;
    }));
    at = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
  };
  const ask = async () => {
    const text = input.value.trim();
    if (text.length < 2) { close(); return; }
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch (e) { if (e.name !== "AbortError") close(); }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", e => {
    if (list.hidden) return;
    if (e.key === "ArrowDown") { e.preventDefault(); mark(at + 1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); mark(at < 0 ? items().length - 1 : at - 1); }
    else if (e.key === "Escape") { e.preventDefault(); close(); }
    else if (e.key === "Enter" && at >= 0) { e.preventDefault(); location.href = items()[at].dataset.href; }
  });
}
