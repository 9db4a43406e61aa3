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

  // A table in a place where it scrolls if it is too wide, by keyboard too.
  function inPlace(table) {
    const wide = Object.assign(element("div", null, table), { className: "wide", tabIndex: 0, role: "region", ariaLabel: table.caption.textContent });
    showEdges(wide);
    return wide;
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
    shown.replaceChildren(...parts.map((part) => part.tagName === "TABLE" ? inPlace(part) : part));
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
