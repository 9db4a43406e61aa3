// Draws the figures of the page, and shows single fits. The data are in the element "data", packed: see data.rs.
"use strict";
(async () => {
  document.documentElement.classList.add("scripted");
  const byId = (id) => document.getElementById(id);

  // The text that an element holds packed.
  async function unpacked(id) {
    if (!window.DecompressionStream) {
      throw new Error("This browser cannot unpack the figures (it has no DecompressionStream: Chrome 80, Firefox 113 or Safari 16.4 do). Their numbers are in the JSON report.");
    }
    const bytes = Uint8Array.from(atob(byId(id).textContent), (letter) => letter.charCodeAt(0));
    byId(id).remove();
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }

  // An element with text and children; text is never markup.
  function element(name, text, ...children) {
    const made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    made.append(...children);
    return made;
  }

  function table(caption, header, rows) {
    const cells = (row) => row.map((cell, place) => {
      const made = element(place ? "td" : "th", cell);
      if (!place) made.scope = "row";
      return made;
    });
    const head = header.map((name) => Object.assign(element("th", name), { scope: "col" }));
    return element("table", null,
      element("caption", caption),
      element("thead", null, element("tr", null, ...head)),
      element("tbody", null, ...rows.map((row) => element("tr", null, ...cells(row)))));
  }

  const number = (value) => value === null || value === undefined ? "–" : String(value);

  const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  byId("theme").addEventListener("click", (event) => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    event.target.setAttribute("aria-pressed", String(dark()));
    dispatchEvent(new Event("theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("theme")));

  // An edge of a table behind which there is more fades.
  function showEdges(wide) {
    const mark = () => wide.classList.toggle("more", wide.scrollLeft + wide.clientWidth < wide.scrollWidth - 2);
    wide.addEventListener("scroll", mark, { passive: true });
    new ResizeObserver(mark).observe(wide);
  }
  document.querySelectorAll(".wide").forEach(showEdges);

  // The charts' library is unpacked once, when the first chart comes into view.
  let library;
  function charts() {
    library ??= (async () => {
  document.documentElement.classList.add("scripted");
      document.head.append(element("script", await unpacked("charts")));
      if (!window.Plotly) throw new Error("The charts' library does not run in this browser. All numbers are in the tables.");
      return window.Plotly;
    })();
    return library;
  }

  let data;
  try {
    data = JSON.parse(await unpacked("data"));
  } catch (error) {
    byId("charts-note").replaceChildren(Object.assign(element("strong", error.message), { className: "wrong" }));
    return;
  }

  // Tables on demand are HTML of the program, in which names are escaped.
  for (const place of document.querySelectorAll("[data-part]")) {
    place.closest("details").addEventListener("toggle", (event) => {
      if (!event.target.open || place.classList.contains("there")) return;
      place.innerHTML = data.parts[place.dataset.part];
      place.classList.add("there");
      place.querySelectorAll(".wide").forEach(showEdges);
    });
  }

