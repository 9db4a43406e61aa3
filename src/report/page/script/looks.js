  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dashes = ["solid", "dash", "dot", "dashdot", "longdash"];
  const symbols = ["circle", "square", "triangle-up", "diamond", "triangle-down", "pentagon", "star"];

  // A solver's colour, line and symbol go by its place in the report, so they are its own in all figures. Twelve colours, five
  // lines and seven symbols have no factor in common.
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
    const common = { name: series.name, legendgroup: series.name, solver: series.names[0], type: "scatter" };
    const { line, band, bars, points, strip, bound } = series.marks;
    const positive = (values) => figure.y.scale === "log" ? values.map((y) => y > 0 ? y : null) : values;
    const shape = { color: colour, dash, width: 2 };
    if (line) return [{ ...common, x: line.x, y: positive(line.y), mode: "lines", line: { ...shape, shape: line.stepped ? "hv" : "linear" } }];
    if (band) {
      return [area(band, figure, { ...common, fillcolor: faded(colour, 0.14) }),
        { ...common, x: band.x, y: positive(band.middle), mode: band.x.length < 12 ? "lines+markers" : "lines", line: { ...shape, shape: band.stepped ? "hv" : "linear" } }];
    }
    if (bars) {
      const pattern = { fillmode: "overlay", shape: ["", "/", ".", "x"][nth % 4], fgcolor: style("--paper"), size: 7, solidity: 0.35 };
      return [{ ...common, type: "bar", orientation: "h", x: bars.length, y: bars.y, marker: { color: colour, pattern } }];
    }
    if (strip) {
      const bar = (ranges, showlegend) => ({ ...common, showlegend, type: "bar", orientation: "h", y: strip.y, base: ranges.map((range) => range[0]), x: ranges.map(([low, high]) => high - low), width: 0.6, offset: -0.3, marker: { color: faded(colour, 0.2), line: { color: faded(colour, 0.35), width: 1 } }, hoverinfo: "skip" });
      return [bar(strip.whole, true), bar(strip.half, false)];
    }
    if (bound) {
      const rows = figure.y.names?.length ?? 0;
      // Beyond the axis there is nothing to draw: the layout has an arrow at its edge.
      return [{ ...common, x: bound.beyond ? [null] : [bound.x, bound.x], y: bound.beyond ? [null] : [-0.5, rows - 0.5], mode: "lines", line: { ...shape, dash: "dot" } }];
    }
    const plus = points.x.map((x, i) => points.interval[i] ? points.interval[i][1] - x : 0);
    const minus = points.x.map((x, i) => points.interval[i] ? x - points.interval[i][0] : 0);
    return [{
      ...common, x: points.x, y: points.y, mode: "markers", marker: { color: colour, size: 9, symbol: typeof series.colour === "string" ? ["circle-open", "diamond-open"][nth % 2] : symbol },
      error_x: { type: "data", symmetric: false, array: plus, arrayminus: minus, color: colour, thickness: 2, width: 5 },
    }];
  }

  // Without its middle, because names often differ at their ends.
  const cut = (name, width) => name.length > width ? name.slice(0, Math.ceil((width - 1) / 2)) + "…" + name.slice(-Math.floor((width - 1) / 2)) : name;

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

