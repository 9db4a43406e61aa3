
  // What the reader has chosen for all figures: null is no choice.
  const filter = byId("filter");
  const wanted = { dataset: null, model: null, hidden: new Set() };
  const fits = (figure) => ["dataset", "model"].every((of) => !wanted[of] || !figure[of] || figure[of] === wanted[of]);
  let printing = false;
  const isSolver = (series) => typeof series.colour === "number";

  // The figure without the solvers that the reader has left out; their rows close up.
  function narrowed(figure) {
    if (!wanted.hidden.size || !figure.series) return figure;
    const out = (name) => wanted.hidden.has(name);
    const series = figure.series.filter((series) => !isSolver(series) || series.names.some((name) => !out(name)));
    if (figure.y.label !== "solver") return { ...figure, series };
    const rows = figure.y.names.map((_, place) => place).filter((place) => !out(figure.y.names[place]));
    const names = rows.map((place) => figure.y.names[place]);
    const at = (list) => list.map((y) => rows.indexOf(Math.round(y))).map((place) => place < 0 ? null : place);
    const kept = (marks) => Object.fromEntries(Object.entries(marks).map(([kind, of]) => {
      if (kind === "bound") return [kind, of];
      const places = at(of.y), there = (_, i) => places[i] !== null;
      return [kind, Object.fromEntries(Object.entries(of).map(([member, list]) => [member, member === "y" ? places.filter(there) : Array.isArray(list) ? list.filter(there) : list]))];
    }));
    return { ...figure, y: { ...figure.y, names }, series: series.map((series) => ({ ...series, marks: kept(series.marks) })) };
  }

  // A table's columns of solvers that the reader has left out are hidden.
  function hideColumns(table) {
    const out = [...table.tHead.rows[0].cells].map((cell, place) => place > 0 && wanted.hidden.has(cell.textContent));
    for (const row of table.rows) [...row.cells].forEach((cell, place) => { cell.hidden = out[place]; });
  }

  // The range of an axis all of whose values are equal, which plotly would show amid a whole unit to each side.
  function aroundOne(figure, all) {
    const values = figure.x.scale === "linear" ? all.flatMap((trace) => trace.type === "bar" ? [...trace.base ?? [0], ...trace.x.map((x, i) => x + (trace.base?.[i] ?? 0))] : trace.x).filter((x) => x !== null) : [];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const spread = all.some((trace) => trace.error_x?.array.some((length) => length > 0));
    return values.length && low === high && !spread ? { range: [low - 0.05 * Math.max(1, Math.abs(low)), low + 0.05 * Math.max(1, Math.abs(low))] } : {};
  }

  const beyondTheAxis = (figure) => figure.series.filter(({ marks }) => marks.bound?.beyond).map(({ marks }, nth) => ({
    xref: "paper", yref: "paper", x: marks.bound.beyond === "left" ? 0 : 1, y: 1 - 0.08 * nth, xanchor: marks.bound.beyond, yanchor: "top", showarrow: false,
    text: marks.bound.beyond === "left" ? `← claimed: ${marks.bound.x}` : `claimed: ${marks.bound.x} →`, bgcolor: style("--paper"), font: { color: style("--guide") },
  }));

  async function draw(figureElement) {
    const place = figureElement.dataset.figure;
    const figure = narrowed(data.figures[place]);
    if (figure.table) {
      const picture = figureElement.querySelector(".picture");
      if (figureElement.dataset.picture !== place) {
        picture.innerHTML = figure.table;
        showEdges(picture.firstElementChild);
      }
      figureElement.dataset.picture = place;
      hideColumns(picture.querySelector("table"));
      return;
    }
    const chart = figureElement.querySelector(".chart");
    if (!chart.childElementCount) chart.append(Object.assign(element("p", "Drawing …"), { className: "waiting" }));
    let Plotly;
    try {
      Plotly = await charts();
    } catch (error) {
      chart.replaceChildren(Object.assign(element("p", error.message), { className: "wrong" }));
      return;
    }
    await react(Plotly, chart, place);
  }

  function react(Plotly, chart, place) {
    const figure = narrowed(data.figures[place]);
    if (!chart._fullLayout) chart.replaceChildren();
    const narrow = chart.clientWidth < 560;
    const seen = {};
    const all = figure.series.flatMap((series) => {
      const nth = seen[series.colour] = (seen[series.colour] ?? -1) + 1;
      return traces({ ...series, name: plain(cut(series.name, narrow ? 44 : 60)) }, figure, nth);
    });
    // Lines that cross are drawn solid ones first, so that they are seen through the others' gaps.
    all.forEach((trace, place) => { trace.legendrank = place; });
    all.sort((a, b) => (a.line?.dash === "solid" ? 0 : 1) - (b.line?.dash === "solid" ? 0 : 1));
    const rows = figure.y.scale === "names" ? figure.y.names.length : 0;
    // A series that has a row of its own name needs no entry.
    const rowNames = new Set(figure.y.label === "solver" ? figure.y.names : []);
    for (const trace of all) if (rowNames.has(trace.solver)) trace.showlegend = false;
    const entries = all.filter((trace) => trace.showlegend !== false).length;
    const below = narrow || figure.series.some((series) => series.name.length > 26 && !rowNames.has(series.name));
    const layout = {
      height: Math.max(400, 26 * rows + 190) + (below ? 19 * entries : 0),
      barmode: figure.series.some(({ marks }) => marks.strip) ? "overlay" : "stack", bargap: 0.3, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: narrow ? 12 : 13, color: style("--ink") },
      xaxis: { ...axis(figure.x, narrow), ...aroundOne(figure, all) }, yaxis: axis(figure.y, narrow), annotations: beyondTheAxis(figure),
      margin: { l: 60, r: 12, t: 36, b: 56 }, modebar: { bgcolor: "rgba(0,0,0,0)", color: style("--soft"), activecolor: style("--ink") }, hovermode: "closest", hoverlabel: { namelength: 60 },
      legend: below ? { orientation: narrow ? "v" : "h", y: -64 / 340, yanchor: "top", x: 0 } : { x: 1.02, y: 1, traceorder: "normal" },
      showlegend: true,
    };
    if (printing) layout.width = 660;
    const drawn = Plotly.react(chart, all, layout, { displaylogo: false, responsive: true, displayModeBar: narrow ? false : "hover", modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"] });
    return drawn.then(() => { chart.dataset.drawn = place; });
  }

  function numbersOf(figure) {
    const place = (axis, value) => axis.scale === "names" ? axis.names[Math.round(value)] ?? number(value) : number(value);
    return figure.series.map((series) => {
      const { line, band, bars, points, strip, bound } = series.marks;
      const name = series.names.length > 1 ? series.names.join(", ") + ": lines that coincide" : series.name;
      const x = (value) => place(figure.x, value), y = (value) => place(figure.y, value);
      if (line) return table(name, [figure.x.label, figure.y.label], line.x.map((at, i) => [x(at), y(line.y[i])]));
      if (band) return table(name, [figure.x.label, "lower", "middle", "upper"], band.x.map((at, i) => [x(at), number(band.low[i]), number(band.middle[i]), number(band.high[i])]));
      if (bars) return table(name, [figure.y.label, figure.x.label], bars.y.map((at, i) => [y(at), number(bars.length[i])]));
      if (strip) return table(name, [figure.y.label, "smallest", "lower quartile", "upper quartile", "largest"], strip.y.map((at, i) => [y(at), number(strip.whole[i][0]), number(strip.half[i][0]), number(strip.half[i][1]), number(strip.whole[i][1])]));
      if (bound) return table(name, [figure.x.label], [[number(bound.x)]]);
      return table(name, [figure.y.label || "name", figure.x.label, "from", "to"], points.y.map((at, i) => [y(at), number(points.x[i]), number(points.interval[i]?.[0]), number(points.interval[i]?.[1])]));
    });
  }

  // A kind of figures: shows the one that is chosen, among those of the data set and model that are chosen for all.
  function kindOf(section) {
    const figureElement = section.querySelector("figure");
    if (!figureElement) return { update() {}, redraw() {}, drawNow() {} };
    const select = section.querySelector("select"), label = section.querySelector(".which"), none = section.querySelector(".none");
    const details = section.querySelector(".numbers");
    const kind = section.id.replace("figure-", "");
    const own = data.figures.map((figure, place) => ({ figure, place })).filter(({ figure }) => figure.kind === kind);
    details.hidden = Boolean(own[0].figure.table);
    let seen = false;
    const fill = () => {
      if (details.open && !details.hidden) details.querySelector("div").replaceChildren(...numbersOf(narrowed(data.figures[figureElement.dataset.figure])));
    };
    function show() {
      const figure = data.figures[select.value];
      figureElement.dataset.figure = select.value;
      // The picture, for print, is of the first figure with all solvers.
      figureElement.classList.toggle("other", select.value !== figureElement.dataset.picture || wanted.hidden.size > 0);
      figureElement.querySelector("strong").textContent = figure.title;
      figureElement.querySelector("figcaption span").textContent = figure.description;
      figureElement.querySelector(".chart")?.setAttribute("aria-label", figure.title);
      fill();
      if (seen) draw(figureElement);
    }
    function update() {
      const before = data.figures[figureElement.dataset.figure].what;
      const there = own.filter(({ figure }) => fits(figure));
      select.replaceChildren(...there.map(({ figure, place }) => Object.assign(element("option", figure.what), { value: place })));
      const same = there.find(({ figure }) => figure.what === before) ?? there[0];
      none.hidden = Boolean(same);
      figureElement.hidden = !same;
      label.hidden = there.length < 2;
      if (!same) return;
      select.value = same.place;
      show();
    }
    details.addEventListener("toggle", fill);
    select.addEventListener("change", show);
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      seen = true;
      if (!figureElement.hidden) draw(figureElement);
    }, { rootMargin: "200px" }).observe(section);
    return {
      update,
      redraw: () => { if (seen && !figureElement.hidden) draw(figureElement); },
      // Without waiting: a browser prints as soon as it has told of it.
      drawNow: () => {
        const chart = figureElement.querySelector(".chart");
        if (chart && window.Plotly && !figureElement.hidden && figureElement.matches(".other")) react(window.Plotly, chart, figureElement.dataset.figure);
      },
    };
  }

  document.documentElement.dataset.figures = data.figures.length;
  const kinds = [...document.querySelectorAll(".kind")].map(kindOf);
  function choose() {
    for (const select of filter?.querySelectorAll("select") ?? []) wanted[select.dataset.of] = select.value;
    const boxes = [...filter?.querySelectorAll("input") ?? []];
    wanted.hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    const count = filter?.querySelector("summary span");
    if (count) count.textContent = boxes.length - wanted.hidden.size;
    kinds.forEach((kind) => kind.update());
  }
  filter?.addEventListener("input", () => {
    choose();
    charts().catch(() => {});
  });
  filter?.addEventListener("submit", (event) => event.preventDefault());
  choose();
  addEventListener("theme", () => kinds.forEach((kind) => kind.redraw()));

  // Paper is white and narrow, and has nothing to scroll: what the reader has chosen is drawn for it; of the rest there are pictures.
  let screen;
  addEventListener("beforeprint", () => {
    screen = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    printing = true;
    kinds.forEach((kind) => kind.drawNow());
  });
  addEventListener("afterprint", () => {
    if (screen) document.documentElement.dataset.theme = screen; else delete document.documentElement.dataset.theme;
    printing = false;
    kinds.forEach((kind) => kind.redraw());
  });

