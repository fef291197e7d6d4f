import { endOf, intersection, LABELS, type Label, type Period, type Search, SPANS } from "../search";
import type { Column } from "./column";
import { type ListName, type NumberName, openingOf } from "./numbers";
import type { Part, Report } from "./report";

/** Where the records behind a number are. */
export interface Behind {
  list: ListName;
  search: Search;
}

/** The part of the figures that a row is about: what its labels say, or the report itself. */
export function partOf<Row>(report: Report<Row>, row: Row, period: Period): Part {
  const part: Part = { labels: {}, period, extra: {} };
  const own = report.part?.(row);
  if (own !== undefined) {
    return { ...part, ...own };
  }
  for (const key of report.keys?.(row) ?? []) {
    const span = SPANS.find((span) => span === key.label);
    if (span !== undefined) {
      const days = { from: key.value, to: endOf(span, key.value) };
      part.period = intersection(part.period, days);
    } else if (key.label in LABELS) {
      part.labels[key.label as Label] = key.value;
    }
  }
  return part;
}

/** The records behind a number, or nothing for one that is not of records: what it is narrowed by is not known of them. */
export function behind(
  column: Pick<Column<never>, "opens" | "part">,
  part: Part,
  search: Search,
  filters: readonly Label[],
): Behind | undefined {
  if (column.opens === undefined) {
    return undefined;
  }
  const labels: { [Name in Label]?: string[] } = {};
  for (const label of filters) {
    const values = search[label];
    if (values !== undefined && values.length > 0) {
      labels[label] = values;
    }
  }
  for (const [label, value] of [...entries(part.labels), ...entries(column.part ?? {})]) {
    const narrowed = labels[label];
    if (narrowed !== undefined && !narrowed.includes(value)) {
      return undefined;
    }
    labels[label] = [value];
  }
  const number = openingOf(column.opens).instead?.[labels.kind?.[0] ?? ""] ?? column.opens;
  return isKnown(number, labels)
    ? {
        list: openingOf(number).list,
        search: {
          ...labels,
          ...part.extra,
          number,
          ...(part.period.from === "" ? {} : { from: part.period.from }),
          ...(part.period.to === "" ? {} : { to: part.period.to }),
          ...(part.period.from === "" && part.period.to === "" ? { period: "all" } : {}),
        },
      }
    : undefined;
}

function isKnown(number: NumberName, labels: { [Name in Label]?: string[] }): boolean {
  const { by, ofCampaign, without } = openingOf(number);
  const known = entries(labels).every(
    ([label, values]) => by.includes(label) && !values.some((value) => without?.[label]?.includes(value)),
  );
  return known && (ofCampaign !== true || labels.campaign?.length === 1);
}

function entries<Value>(labels: { [Name in Label]?: Value }): [Label, Value][] {
  return Object.entries(labels).filter(([, value]) => value !== undefined) as [Label, Value][];
}
