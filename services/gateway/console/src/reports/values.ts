import type { Calls } from "../api/calls";
import type { Format } from "../format";
import type { Label, Period, Search } from "../search";
import { keyText, shown } from "./column";
import type { AnyReport } from "./index";

/** A value that a filter can take. */
export interface Choice {
  value: string;
  name: string;
}

/** As many values as a list of choices holds. */
const MOST_VALUES = 500;

/** The values of a label that the figures of a view have, whatever it is narrowed to. */
export async function valuesOf(
  report: AnyReport,
  label: Label,
  calls: Calls,
  search: Search,
  period: Period,
  format: Format,
): Promise<Choice[]> {
  const grouped = report.by.includes(label);
  const wider = { ...search, [label]: undefined, ...(grouped ? { by: [label] } : {}) };
  const page = { pageSize: MOST_VALUES, pageToken: "" };
  const { rows } = await report.load(calls, report.request(wider, period), page);
  const columns = [...(report.heads ?? []), ...report.columns(search)];
  const column = columns.find((column) => column.id === label);
  const choices = new Map<string, string>();
  for (const row of rows) {
    const key = report.keys?.(row).find((key) => key.label === label);
    const cell = column?.cell(row);
    if (key !== undefined) {
      choices.set(key.value, keyText(key, format));
    } else if (cell?.kind === "named") {
      choices.set(cell.value.id, shown(cell, format));
    } else if (cell?.kind === "code") {
      choices.set(cell.value, shown(cell, format));
    }
  }
  return [...choices]
    .map(([value, name]) => ({ value, name }))
    .sort((one, other) => one.name.localeCompare(other.name, format.locale));
}
