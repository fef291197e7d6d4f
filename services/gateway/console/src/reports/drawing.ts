import type { Format } from "../format";
import { roughly } from "../money";
import type { Search } from "../search";
import { type Cell, type Column, type Kind, keyText, shown, titleOf } from "./column";
import type { AnyReport } from "./index";
import { groupsOf } from "./report";

/** Rows that a chart can show so that they can be told apart. */
const MOST_BARS = 20;
const MOST_LINES = 12;

/** A chart without its looks: names along one axis, values along the other, each with the text of the table. */
export interface Chart {
  shape: "funnel" | "bars" | "columns" | "lines";
  /** What is measured, and by what. */
  measure: string;
  by: string;
  kind: Kind;
  /** Sums are in this currency; they are drawn in one at a time, as an axis has one unit. */
  currency: string;
  currencies: string[];
  /** What is missing between two values does not interrupt a line. */
  connected: boolean;
  names: string[];
  series: Series[];
  /** Rows of the table that are not in it. */
  left: number;
}

export interface Series {
  name: string;
  values: (number | null)[];
  texts: string[];
}

type Row = unknown;

/** What the view draws of the rows that are there; nothing when there is nothing to draw. */
export function chartOf(
  report: AnyReport,
  search: Search,
  rows: readonly Row[],
  total: Row | undefined,
  format: Format,
): Chart | undefined {
  const columns = report.columns(search);
  const { drawing } = report;
  const groups = groupsOf(report, search);
  if (drawing.shape === "funnel" && report.by.length > 0 && groups.length === 0) {
    const row = total ?? rows[0];
    return row === undefined ? undefined : steps(columns, drawing.steps, row, format);
  }
  const measures = measuresOf(report, search);
  const column = columns.find((column) => column.id === search.chart && measures.includes(column.id));
  const measured = column ?? columns.find((column) => column.id === measures[0]);
  if (measured === undefined || rows.length === 0) {
    return undefined;
  }
  if (drawing.shape === "together") {
    return together(report, columns, rows, format);
  }
  if (drawing.shape === "lines") {
    return lines(report, measured, rows, format);
  }
  return bars(report, search, measured, rows, format);
}

/** Columns that a chart can show. */
export function measuresOf(report: AnyReport, search: Search): string[] {
  const { drawing } = report;
  return drawing.shape === "together" ? [report.columns(search)[0]?.id ?? ""] : drawing.measures;
}

/** What a row is called. */
export function nameOf(report: AnyReport, row: Row, format: Format): string {
  const heads = report.heads?.flatMap((head) => head.cell(row) ?? []).map((cell) => shown(cell, format));
  const keys = report.keys?.(row).map((key) => keyText(key, format));
  return (heads ?? keys ?? []).join(" · ") || format.text("view.everything");
}

function steps(columns: Column<Row>[], names: string[], row: Row, format: Format): Chart {
  const shownSteps = names.flatMap((name) => columns.find((column) => column.id === name) ?? []);
  const cells = shownSteps.map((column) => column.cell(row));
  return {
    shape: "funnel",
    measure: format.text("report.funnel"),
    by: "",
    kind: "count",
    currency: "",
    currencies: [],
    connected: false,
    names: shownSteps.map((column) => titleOf(column.title, format)),
    series: [series("", cells, format)],
    left: 0,
  };
}

function bars(
  report: AnyReport,
  search: Search,
  column: Column<Row>,
  rows: readonly Row[],
  format: Format,
): Chart {
  const over = report.keys?.(rows[0])[0]?.label;
  const inTime = over !== undefined && ["day", "week", "month", "quarter", "year"].includes(over);
  const drawn = inTime ? rows : rows.slice(0, MOST_BARS);
  const keys = drawn.map((row) => report.keys?.(row) ?? []);
  const base = frame(report, column, rows.length - drawn.length, format);
  if (!inTime || (keys[0]?.length ?? 0) < 2) {
    return {
      ...base,
      shape: inTime ? "columns" : "bars",
      names: drawn.map((row) => nameOf(report, row, format)),
      ...inOneCurrency(column, search, drawn, base.measure, format),
    };
  }
  // Spans of time along the axis, and a series for each of what they are broken down by besides.
  const spans = [...new Set(keys.map((key) => key[0]?.value ?? ""))];
  const restOf = (row: Row) =>
    (report.keys?.(row) ?? [])
      .slice(1)
      .map((key) => keyText(key, format))
      .join(" · ");
  const rests = [...new Set(drawn.map(restOf))].slice(0, MOST_LINES);
  const all = rests.map((rest) => {
    const cells = spans.map((span) => {
      const row = drawn.find((row) => restOf(row) === rest && report.keys?.(row)[0]?.value === span);
      return row === undefined ? undefined : column.cell(row);
    });
    return series(rest, cells, format);
  });
  return {
    ...base,
    shape: "lines",
    names: spans.map((span) => format.start(over, span)),
    series: all,
  };
}

function together(report: AnyReport, columns: Column<Row>[], rows: readonly Row[], format: Format): Chart {
  const models = columns.filter((column) => "code" in column.title);
  const drawn = rows.slice(0, MOST_LINES);
  const first = models[0];
  return {
    ...frame(report, first ?? { kind: "count", title: { code: "" } }, rows.length - drawn.length, format),
    shape: "bars",
    names: drawn.map((row) => nameOf(report, row, format)),
    series: models.map((model) => {
      const cells = drawn.map((row) => model.cell(row));
      return series(titleOf(model.title, format), cells, format);
    }),
  };
}

/** A line for each first head, over the second one. */
function lines(report: AnyReport, column: Column<Row>, rows: readonly Row[], format: Format): Chart {
  const [line, across] = report.heads ?? [];
  const textOf = (head: Column<Row> | undefined, row: Row) => {
    const cell = head?.cell(row);
    return cell === undefined ? "" : shown(cell, format);
  };
  const places = new Map<string, number>();
  for (const row of rows) {
    const cell = across?.cell(row);
    places.set(textOf(across, row), cell?.kind === "count" ? Number(cell.value) : 0);
  }
  const names = [...places.keys()].sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  const all = [...new Set(rows.map((row) => textOf(line, row)))];
  const drawn = all.slice(-MOST_LINES);
  return {
    ...frame(report, column, 0, format),
    shape: "lines",
    connected: true,
    names,
    series: drawn.map((name) => {
      const own = rows.filter((row) => textOf(line, row) === name);
      const cells = names.map((place) => {
        const row = own.find((row) => textOf(across, row) === place);
        return row === undefined ? undefined : column.cell(row);
      });
      return series(name, cells, format);
    }),
  };
}

function frame(
  report: AnyReport,
  column: Pick<Column<Row>, "kind" | "title">,
  left: number,
  format: Format,
): Omit<Chart, "shape" | "names" | "series"> {
  return {
    measure: titleOf(column.title, format),
    by: format.text(`report.${report.name}`),
    kind: column.kind,
    currency: "",
    currencies: [],
    connected: false,
    left,
  };
}

/** One series; of sums in several currencies those in the chosen one, or in the one that most rows have. */
function inOneCurrency(
  column: Column<Row>,
  search: Search,
  rows: readonly Row[],
  name: string,
  format: Format,
): Pick<Chart, "series" | "currency" | "currencies"> {
  const cells = rows.map((row) => column.cell(row));
  if (column.kind !== "moneys") {
    const money = cells.find((cell) => cell?.kind === "money");
    const currency = money?.kind === "money" ? money.value.currency : "";
    return { series: [series(name, cells, format)], currency, currencies: [] };
  }
  const moneys = cells.map((cell) => (cell?.kind === "moneys" ? cell.value : []));
  const counts = new Map<string, number>();
  for (const { currency } of moneys.flat()) {
    counts.set(currency, (counts.get(currency) ?? 0) + 1);
  }
  const currencies = [...counts.keys()].sort(
    (one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0),
  );
  const currency = currencies.find((currency) => currency === search.currency) ?? currencies[0] ?? "";
  const own = moneys.map((all): Cell | undefined => {
    const value = all.find((money) => money.currency === currency);
    return value === undefined ? undefined : { kind: "money", value };
  });
  return { series: [series(name, own, format)], currency, currencies };
}

function series(name: string, cells: (Cell | undefined)[], format: Format): Series {
  return {
    name,
    values: cells.map((cell) => (cell === undefined ? null : length(cell))),
    texts: cells.map((cell) => (cell === undefined ? format.text("view.none0") : shown(cell, format))),
  };
}

/** How long a bar is. What is read is the text beside it. */
function length(cell: Cell): number {
  switch (cell.kind) {
    case "count":
      return Number(cell.value);
    case "share":
      return Number(cell.value) / 100;
    case "span":
      return Number(cell.value) / 3_600;
    case "hours":
      return Number(cell.value) / 60;
    case "parts":
      return Number(cell.value) / 1_000_000;
    case "hundredths":
      return Number(cell.value) / 100;
    case "money":
      return roughly(cell.value);
    default:
      return 0;
  }
}
