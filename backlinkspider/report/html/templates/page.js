"use strict";
(() => {
  const RANKS = { good: 1, neutral: 2, review: 3, bad: 4, unknown: 5 };
  const NUMBERS = new Set(["number", "share"]);
  const WORDS_MAXIMUM = 40;

  async function unpack(id) {
    const text = document.getElementById(id).textContent;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }

  // The policy of the page knows the digest of the library, so it runs unchanged or not at all.
  async function loadLibrary() {
    const script = document.createElement("script");
    script.textContent = await unpack("library");
    document.head.append(script);
  }

  const valueOf = (entry) => (Array.isArray(entry) ? (place) => entry[place] : (place) => entry.values[entry.places[place]]);

  function rowsOf(packed) {
    const rows = Array.from({ length: packed.count }, () => ({}));
    for (const column of packed.columns) {
      const entry = packed.data[column.field];
      if (column.kind === "url") {
        const [origin, rest] = entry.map(valueOf);
        rows.forEach((row, place) => { row[column.field] = origin(place) + rest(place); });
      } else {
        const value = valueOf(entry);
        rows.forEach((row, place) => { row[column.field] = value(place); });
      }
    }
    return rows;
  }

  function shownText(value, kind) {
    if (value === null || value === undefined) return "";
    if (kind === "share") return (100 * value).toFixed(1) + " %";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (Array.isArray(value)) return value.join(" · ");
    if (typeof value === "number") return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(4)));
    return String(value);
  }

  // Nothing that a feed says becomes markup: every cell is a text node.
  function formatter(kind) {
    return (cell) => {
      const value = cell.getValue();
      const text = shownText(value, kind);
      const isLink = kind === "url" && /^https?:\/\//.test(text);
      const element = document.createElement(isLink ? "a" : kind === "verdict" ? "span" : "bdi");
      element.textContent = isLink ? text.replace(/^https?:\/\/(www\.)?/, "") : text;
      if (isLink) {
        element.href = text;
        element.rel = "noopener noreferrer nofollow";
        element.target = "_blank";
      }
      if (kind === "verdict") element.className = "verdict" + (text in RANKS ? " v-" + text : "");
      if (isLink || text.length > 18) element.title = text.slice(0, 1000);
      return element;
    };
  }

  function heading(column) {
    return () => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = column.title;
      if (column.help) button.title = column.help;
      return button;
    };
  }

  const keyOf = (kind) => (kind === "verdict" ? (value) => RANKS[value] ?? 9 : (value) => (Array.isArray(value) ? value.join(" · ") : value));

  // What is not known comes last, whichever way the rest is sorted.
  function sorter(kind) {
    const key = keyOf(kind);
    return (one, other, _row, _otherRow, _column, direction) => {
      const a = key(one), b = key(other);
      if (a === b) return 0;
      const isBehind = direction === "asc" ? 1 : -1;
      if (a === null || a === undefined || a === "") return isBehind;
      if (b === null || b === undefined || b === "") return -isBehind;
      return a < b ? -1 : 1;
    };
  }

  function wordsIn(entry, kind) {
    const words = new Set((Array.isArray(entry) ? entry : entry.values).map((value) => shownText(value, kind)));
    return words.size <= WORDS_MAXIMUM ? [...words].sort() : null;
  }

  function matcher(kind, words) {
    return (wanted, value) => {
      const text = shownText(value, kind);
      if (words) return text === (wanted === "(none)" ? "" : wanted);
      if (NUMBERS.has(kind)) return typeof value === "number" && value * (kind === "share" ? 100 : 1) >= Number(wanted);
      return text.toLowerCase().includes(String(wanted).toLowerCase());
    };
  }

  // A box of the browser's own: it has a label, and works by keyboard and on a phone.
  function filterBox(column, words) {
    return (_cell, _onRendered, success) => {
      const box = document.createElement(words ? "select" : "input");
      box.setAttribute("aria-label", "Filter by " + column.title);
      if (words) {
        box.append(new Option("all", ""), ...words.map((word) => new Option(word || "(none)", word || "(none)")));
        box.addEventListener("change", () => success(box.value));
      } else {
        box.type = "search";
        box.placeholder = NUMBERS.has(column.kind) ? "at least" : "contains";
        let timer;
        box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => success(box.value), 150); });
      }
      box.addEventListener("click", (event) => event.stopPropagation());
      box.dataset.field = column.field;
      return box;
    };
  }

  function gridColumn(column, entry) {
    const words = ["word", "flag", "verdict"].includes(column.kind) ? wordsIn(entry, column.kind) : null;
    return {
      field: column.field,
      title: column.title,
      titleFormatter: heading(column),
      formatter: formatter(column.kind),
      sorter: sorter(column.kind),
      hozAlign: NUMBERS.has(column.kind) ? "right" : "left",
      headerSortStartingDir: NUMBERS.has(column.kind) ? "desc" : "asc",
      width: column.width || undefined,
      headerFilter: filterBox(column, words),
      headerFilterFunc: matcher(column.kind, words),
      headerFilterLiveFilter: false,
      cssClass: "wide",
    };
  }

  // Numbers sort ten times as fast as rows: verdict, then quality, then place.
  function bestFirst(rows) {
    const rank = keyOf("verdict");
    const keys = Float64Array.from(rows, (row, place) => (rank(row.verdict) * 200 + 100 - (row.quality ?? -1)) * 2 ** 24 + place);
    return Array.from(keys.sort(), (key) => rows[key % 2 ** 24]);
  }

  function tools(place, grid, total) {
    const line = document.createElement("div");
    line.className = "tools";
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    const show = (shown) => { count.textContent = shown.toLocaleString("en") + " of " + total.toLocaleString("en") + " rows"; };
    const reset = document.createElement("button");
    reset.type = "button";
    reset.textContent = "Show all";
    reset.addEventListener("click", () => setFilters(grid, place, {}));
    line.append(count, reset);
    place.before(line);
    show(total);
    grid.on("dataFiltered", (_filters, rows) => show(rows.length));
  }

  function setFilters(grid, place, wanted) {
    for (const box of place.querySelectorAll("[data-field]")) box.value = wanted[box.dataset.field] ?? "";
    grid.clearHeaderFilter();
    for (const [field, value] of Object.entries(wanted)) grid.setHeaderFilterValue(field, value);
    for (const box of place.querySelectorAll("[data-field]")) box.value = wanted[box.dataset.field] ?? "";
  }

  // The part that scrolls can be reached and scrolled by keyboard; as a group of rows it may stand in a grid.
  function describe(inner, caption) {
    inner.setAttribute("aria-label", caption);
    const holder = inner.querySelector(".tabulator-tableholder");
    holder.tabIndex = 0;
    holder.setAttribute("role", "rowgroup");
    holder.firstElementChild.setAttribute("role", "presentation");
  }

  function emptyNote() {
    const note = document.createElement("span");
    note.textContent = "No row has all that.";
    return note;
  }

  const grids = new Map();

  async function build(place) {
    const packed = JSON.parse(await unpack(place.dataset.rows));
    if (packed.count === 0) return;
    const rows = place.id === "links-place" ? bestFirst(rowsOf(packed)) : rowsOf(packed);
    const inner = document.createElement("div");
    place.append(inner);
    place.classList.add("has-grid");
    const grid = new Tabulator(inner, {
      data: rows,
      columns: packed.columns.map((column) => gridColumn(column, packed.data[column.field])),
      height: Math.min(560, 86 + 31 * rows.length),
      layout: "fitDataFill",
      columnDefaults: { headerSortTristate: true, tooltip: false },
      placeholder: emptyNote(),
      rowHeight: 31,
      keybindings: false,
    });
    await new Promise((resolve) => grid.on("tableBuilt", resolve));
    describe(inner, place.dataset.caption);
    tools(inner, grid, rows.length);
    grids.set(place.id, { grid, inner });
  }

  function filterLinks(event) {
    const built = grids.get("links-place");
    if (!built) return;
    const [field, value] = event.currentTarget.dataset.filter.split("=");
    setFilters(built.grid, built.inner, { [field]: value });
  }

  async function start() {
    if (!("DecompressionStream" in window)) return;
    for (const link of document.querySelectorAll("a.show")) link.addEventListener("click", filterLinks);
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = [...document.querySelectorAll("details.fold:not([open])")];
      for (const fold of closed) fold.open = true;
    });
    addEventListener("afterprint", () => { for (const fold of closed) fold.open = false; });
    await loadLibrary();
    for (const place of document.querySelectorAll(".grid-place")) await build(place);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  }

  start();
})();
