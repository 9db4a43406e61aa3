// Draws the figures of the page, and shows single fits. The data are in the element "data": see data.rs.
"use strict";
(async () => {
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

  // The charts' library is unpacked once, when the first chart comes into view.
  let library;
  function charts() {
    library ??= (async () => {
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
    });
  }

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dashes = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"];
  const symbols = ["circle", "diamond", "square", "cross", "triangle-up", "star"];

  // A solver's colour, line and symbol go by its place in the report, so they are its own in all figures.
  function looks(series) {
    if (typeof series.colour === "string") return { colour: style("--" + series.colour), dash: series.colour === "guide" ? "dot" : "solid", symbol: "line-ns-open" };
    const colours = style("--solvers").split(/\s+/);
    return { colour: colours[series.colour % colours.length], dash: dashes[series.colour % dashes.length], symbol: symbols[series.colour % symbols.length] };
  }

  const faded = (colour, share) => colour + Math.round(255 * share).toString(16).padStart(2, "0");

  // The area between two quantiles: a closed line for each run of places that have both. On a logarithmic axis 0 is below
  // everything else, so the area goes down to the least value of the figure.
  function area(band, figure, common) {
    const log = figure.y.scale === "log";
    const floor = log ? Math.min(...figure.series.flatMap(({ marks }) => marks.band ? [...marks.band.low, ...marks.band.middle] : []).filter((y) => y > 0)) : 0;
    const there = (y) => y !== null && (!log || y > 0);
    const x = [], y = [];
    let run = [];
    const close = () => {
      if (run.length) {
        const edge = (values) => run.flatMap((i, at) => at && band.stepped ? [[band.x[i], values(run[at - 1])], [band.x[i], values(i)]] : [[band.x[i], values(i)]]);
        const outline = [...edge((i) => band.high[i]), ...edge((i) => there(band.low[i]) ? band.low[i] : floor).reverse()];
        x.push(...outline.map((point) => point[0]), null);
        y.push(...outline.map((point) => point[1]), null);
      }
      run = [];
    };
    band.x.forEach((_, i) => there(band.high[i]) && band.low[i] !== null ? run.push(i) : close());
    close();
    return { ...common, x, y, mode: "lines", line: { width: 0 }, fill: "toself", showlegend: false, hoverinfo: "skip" };
  }

  function traces(series, figure, nth) {
    const { colour, dash, symbol } = looks(series);
    const common = { name: series.name, legendgroup: series.name, type: "scatter" };
    const { line, band, bars, points } = series.marks;
    const positive = (values) => figure.y.scale === "log" ? values.map((y) => y > 0 ? y : null) : values;
    const shape = { color: colour, dash, width: 2 };
    if (line) return [{ ...common, x: line.x, y: positive(line.y), mode: "lines", line: { ...shape, shape: line.stepped ? "hv" : "linear" } }];
    if (band) {
      return [area(band, figure, { ...common, fillcolor: faded(colour, 0.14) }),
        { ...common, x: band.x, y: positive(band.middle), mode: band.x.length < 12 ? "lines+markers" : "lines", line: { ...shape, shape: band.stepped ? "hv" : "linear" } }];
    }
    if (bars) {
      const pattern = { shape: ["", "/", ".", "x"][nth % 4], fgcolor: style("--paper"), size: 7, solidity: 0.35 };
      return [{ ...common, type: "bar", orientation: "h", x: bars.length, y: bars.y, marker: { color: colour, pattern } }];
    }
    const plus = points.x.map((x, i) => points.interval[i] ? points.interval[i][1] - x : 0);
    const minus = points.x.map((x, i) => points.interval[i] ? x - points.interval[i][0] : 0);
    return [{
      ...common, x: points.x, y: points.y, mode: "markers", marker: { color: colour, size: 9, symbol: typeof series.colour === "string" ? ["circle-open", "diamond-open"][nth % 2] : symbol },
      error_x: { type: "data", symmetric: false, array: plus, arrayminus: minus, color: colour, thickness: 2, width: 5 },
    }];
  }

  const cut = (name, width) => name.length > width ? name.slice(0, width - 1) + "…" : name;

  // plotly reads a few tags in texts, such as <b>; names are shown as they are.
  const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  function axis(axis, narrow) {
    const common = { title: { text: plain(axis.label), standoff: 12 }, gridcolor: style("--line"), linecolor: style("--line"), zeroline: false, automargin: true };
    if (axis.scale === "log") return { ...common, type: "log", exponentformat: "power", dtick: undefined, nticks: 8 };
    if (axis.scale === "names") {
      const ticktext = axis.names.map((name) => plain(cut(name, narrow ? 16 : 34)));
      return { ...common, title: { text: "" }, tickvals: ticktext.map((_, place) => place), ticktext, range: [ticktext.length - 0.5, -0.5], showgrid: false };
    }
    return { ...common, nticks: narrow ? 5 : 9 };
  }

  async function draw(figureElement) {
    const chart = figureElement.querySelector(".chart");
    const place = figureElement.dataset.figure;
    const figure = data.figures[place];
    if (!chart.childElementCount) chart.append(Object.assign(element("p", "Drawing …"), { className: "waiting" }));
    let Plotly;
    try {
      Plotly = await charts();
    } catch (error) {
      chart.replaceChildren(Object.assign(element("p", error.message), { className: "wrong" }));
      return;
    }
    if (!chart._fullLayout) chart.replaceChildren();
    const narrow = chart.clientWidth < 560;
    const seen = {};
    const all = figure.series.flatMap((series) => {
      const nth = seen[series.colour] = (seen[series.colour] ?? -1) + 1;
      return traces({ ...series, name: plain(cut(series.name, 40)) }, figure, nth);
    });
    // Equal lines lie on each other: solid ones are drawn first, so that they are seen through the others' gaps.
    all.forEach((trace, place) => { trace.legendrank = place; });
    all.sort((a, b) => (a.line?.dash === "solid" ? 0 : 1) - (b.line?.dash === "solid" ? 0 : 1));
    const rows = figure.y.scale === "names" ? figure.y.names.length : 0;
    const legendRows = narrow ? figure.series.length : 0;
    const layout = {
      height: Math.max(400, 26 * rows + 190) + 19 * legendRows,
      barmode: "stack", bargap: 0.3, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: narrow ? 12 : 13, color: style("--ink") },
      xaxis: axis(figure.x, narrow), yaxis: axis(figure.y, narrow),
      margin: { l: 60, r: 12, t: 36, b: 56 }, modebar: { bgcolor: "rgba(0,0,0,0)", color: style("--soft"), activecolor: style("--ink") }, hovermode: "closest", hoverlabel: { namelength: 40 },
      legend: narrow ? { orientation: "v", y: -0.28, yanchor: "top", x: 0 } : { x: 1.02, y: 1, traceorder: "normal" },
      showlegend: true,
    };
    await Plotly.react(chart, all, layout, { displaylogo: false, responsive: true, displayModeBar: "hover", modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"] });
    chart.dataset.drawn = place;
  }

  function numbersOf(figure) {
    const place = (axis, value) => axis.scale === "names" ? axis.names[Math.round(value)] ?? number(value) : number(value);
    return figure.series.map((series) => {
      const { line, band, bars, points } = series.marks;
      const x = (value) => place(figure.x, value), y = (value) => place(figure.y, value);
      if (line) return table(series.name, [figure.x.label, figure.y.label], line.x.map((at, i) => [x(at), y(line.y[i])]));
      if (band) return table(series.name, [figure.x.label, "lower", "middle", "upper"], band.x.map((at, i) => [x(at), number(band.low[i]), number(band.middle[i]), number(band.high[i])]));
      if (bars) return table(series.name, [figure.y.label, figure.x.label], bars.y.map((at, i) => [y(at), number(bars.length[i])]));
      return table(series.name, [figure.y.label || "name", figure.x.label, "from", "to"], points.y.map((at, i) => [y(at), number(points.x[i]), number(points.interval[i]?.[0]), number(points.interval[i]?.[1])]));
    });
  }

  const inView = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) { inView.unobserve(entry.target); draw(entry.target); }
    }
  }, { rootMargin: "200px" });

  for (const kind of document.querySelectorAll(".kind")) {
    const figureElement = kind.querySelector("figure");
    const details = kind.querySelector(".numbers");
    const fill = () => {
      if (details.open) details.querySelector("div").replaceChildren(...numbersOf(data.figures[figureElement.dataset.figure]));
    };
    details.addEventListener("toggle", fill);
    kind.querySelector("select").addEventListener("change", (event) => {
      const figure = data.figures[event.target.value];
      figureElement.dataset.figure = event.target.value;
      figureElement.querySelector("strong").textContent = figure.title;
      figureElement.querySelector("figcaption span").textContent = figure.description;
      figureElement.querySelector(".chart").setAttribute("aria-label", figure.title);
      fill();
      draw(figureElement);
    });
    inView.observe(figureElement);
  }

  // One fit: chosen by its names and split, or by a link to #fit-CELL-SPLIT.
  const choice = { dataset: byId("fit-dataset"), model: byId("fit-model"), solver: byId("fit-solver") };
  const split = byId("fit-split");
  for (const [member, select] of Object.entries(choice)) {
    select.append(...[...new Set(data.cells.map((cell) => cell[member]))].map((name) => Object.assign(element("option", name), { value: name })));
  }
  const chosen = () => data.cells.find((cell) => Object.entries(choice).every(([member, select]) => cell[member] === select.value));

  function facts(pairs) {
    return element("dl", null, ...pairs.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
  }

  function showFit() {
    const cell = chosen(), shown = byId("fit-shown");
    const wanted = Number(split.value);
    if (!cell || !/^\d+$/.test(split.value) || wanted >= cell.splits) {
      shown.replaceChildren(Object.assign(element("p", cell ? `A split is a number from 0 to ${cell.splits - 1}.` : "There is no such cell."), { className: "wrong" }));
      return;
    }
    const command = element("pre", null, element("code", cell.command + wanted));
    const again = element("p", "The same fit again, to the same bits:");
    const fit = cell.fits.find((fit) => fit.split === wanted);
    if (!fit) {
      shown.replaceChildren(element("p", "This fit was not kept whole. The command makes it again and shows its trace, coefficients and certificate:"), command);
      return;
    }
    const last = (values) => number(values[values.length - 1]);
    const verdict = fit.verdict + (fit.undecided_because ? `: ${fit.undecided_because}` : "");
    const parts = [
      facts([
        ["Verdict", verdict], ["Stop", fit.stop], ["Iterations", last(fit.iteration)], ["Oracle calls", last(fit.oracle_calls)],
        ["Objective", last(fit.objective)], ["Gradient norm", last(fit.gradient_norm)],
        ["Certificate", fit.gap === null ? (fit.verdict === "separated" ? (fit.direction ? "no finite maximum exists: the direction below has every training row on its class's side, or on the hyperplane" : "no finite maximum exists, so there is no gap to bound") : "no bound on the gap is proved" + (fit.no_gap_because ? `: ${fit.no_gap_because}` : "")) : `at most ${fit.gap} above the optimum`],
      ]),
      again, command,
      table("Coefficients, on the model's scale", ["name", "coefficient", ...(fit.direction ? ["direction that separates"] : [])],
        fit.coefficients.map((value, j) => [cell.coefficients[j] ?? `x${j}`, number(value), ...(fit.direction ? [number(fit.direction[j] ?? null)] : [])])),
      table("Metrics", ["metric", "value"], Object.entries(fit.metrics).filter(([, value]) => value !== null).map(([name, value]) => [name.replaceAll("_", " "), number(value)])),
    ];
    const columns = ["objective", "objective_gap", "gradient_norm", "step_length", "oracle_calls"];
    const trace = table("Trace" + (fit.thinned ? ": all iterations up to 32, then 8 to each doubling; --only shows all" : ""),
      ["iteration", "objective", "above the infimum", "gradient norm", "step length", "oracle calls"],
      fit.iteration.map((iteration, i) => [number(iteration), ...columns.map((column) => number(fit[column][i]))]));
    parts.push(Object.assign(element("div", null, trace), { className: "scroll", tabIndex: 0 }));
    shown.replaceChildren(...parts.map((part) => part.tagName === "TABLE" ? Object.assign(element("div", null, part), { className: "wide" }) : part));
  }

  function follow() {
    const [, place, number] = /^#fit-(\d+)-(\d+)$/.exec(location.hash) ?? [];
    const cell = data.cells[place];
    if (cell) {
      for (const [member, select] of Object.entries(choice)) select.value = cell[member];
      split.value = number;
      showFit();
      byId("fit").scrollIntoView();
    }
  }
  for (const input of [...Object.values(choice), split]) input.addEventListener("input", showFit);
  document.querySelector("#fit form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  if (data.cells.length) showFit();
  follow();

  const dark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const redraw = () => document.querySelectorAll("figure .chart[data-drawn]").forEach((chart) => draw(chart.parentElement));
  byId("theme").addEventListener("click", (event) => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    event.target.setAttribute("aria-pressed", String(dark()));
    redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();
