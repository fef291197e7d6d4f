import type {
  AsOf,
  ExportRecordsRequest,
  ExportReportRequest,
  Filter,
  Key,
} from "../../generated/tributary/analytics/v1/reports_service_pb";
import type { Calls } from "../api/calls";
import { LABELS, type Label, type Period, type PeriodName, type Search, SPANS, type Span } from "../search";
import type { KeyOf } from "../words/words";
import type { Column } from "./column";

/** Rows that are asked for at a time. */
export const PAGE = 100;

/** The fields of a filter that a view asks for. */
export type FilterFields = {
  [Name in keyof Filter as Name extends `$${string}` ? never : Name]?: Filter[Name];
};

/** What a report is asked, as its message has it. */
export interface Request {
  filter: FilterFields;
  groupBy?: string[];
  model?: string;
  kinds?: string[];
  states?: string[];
  recency?: number;
  frequency?: number;
  monetary?: number;
}

export interface Page {
  pageSize: number;
  pageToken: string;
}

export interface Answer<Row> {
  asOf?: AsOf | undefined;
  rows: Row[];
  total?: Row | undefined;
  nextPageToken: string;
  /** Rows of all pages, where the answer says it. */
  count?: bigint;
  /** What else is to be known about the figures. */
  weights?: { version: bigint; at?: AsOf["at"] };
}

/** The page of a campaign or the journey of somebody. */
export interface Destination {
  page: "campaigns" | "journeys";
  id: string;
}

/** Part of the figures that a row is about. */
export interface Part {
  labels: { [Name in Label]?: string };
  period: Period;
  /** What else narrows the records. */
  extra: Pick<Search, "span" | "month">;
}

export type ReportName = KeyOf<"report">;

/** How the figures are drawn. */
export type Drawing =
  /** The steps of a funnel while there is one row alone, else bars. */
  | { shape: "funnel"; steps: string[]; measures: string[] }
  | { shape: "bars"; measures: string[] }
  /** All measures side by side. */
  | { shape: "together" }
  /** A line for each of the rows that `line` takes as one. */
  | { shape: "lines"; measures: string[]; across: string };

/** A report: how it is asked, what its columns are, and how it is drawn. All screens of figures are made of these. */
export interface Report<Row> {
  name: ReportName;
  load: (calls: Calls, request: Request, page: Page) => Promise<Answer<Row>>;
  request: (search: Search, period: Period) => Request;
  /** Under which name it is exported, and by which method; none for what is not. */
  file?:
    | { path: "/v1/reports/export"; name: NonNullable<ExportReportRequest["request"]["case"]> }
    | { path: "/v1/reports/records/export"; name: NonNullable<ExportRecordsRequest["request"]["case"]> };
  /** Labels that it can be broken down by; and spans of time, if it can. */
  by: readonly Label[];
  spans: boolean;
  /** What it is broken down by when nothing is chosen. */
  usual: readonly (Label | Span)[];
  filters: readonly Label[];
  /** Filters that narrow the records of its numbers too, where these are not all: others only choose rows. */
  carried?: readonly Label[];
  columns: (search: Search) => Column<Row>[];
  /** Labels of a row, where it is broken down by some. */
  keys?: (row: Row) => readonly Key[];
  /** Columns that say which row it is, where labels do not. */
  heads?: Column<Row>[];
  /** Where a row itself leads. */
  leads?: (row: Row) => Destination | undefined;
  /** The part of the figures that a row is about, where labels do not say it. */
  part?: (row: Row) => Partial<Part>;
  /** What the labels of rows are called, where it is not what they are broken down by. */
  keyLabels?: readonly (Label | Span)[];
  /** The period that is shown when none is chosen. */
  usualPeriod?: PeriodName;
  drawing: Drawing;
  /** Choices of its own. */
  choices?: readonly ("model" | "measure" | "state" | "cells")[];
}

/** A filter of what a view chooses. */
export function filterOf(search: Search, period: Period, labels: readonly Label[]): FilterFields {
  const filter: FilterFields = { ...period };
  for (const label of labels) {
    const values = search[label];
    if (values !== undefined && values.length > 0) {
      filter[LABELS[label]] = values;
    }
  }
  return filter;
}

/** What a report has that is broken down by labels and spans of time, and narrowed by the same labels. */
export function byLabels(labels: readonly Label[], usual: readonly (Label | Span)[]) {
  return {
    by: labels,
    spans: true,
    usual,
    filters: labels,
    request: (search: Search, period: Period): Request => ({
      filter: filterOf(search, period, labels),
      groupBy: [...groupsOf({ by: labels, spans: true, usual }, search)],
    }),
  };
}

/** What a view is broken down by: the labels that are known, and one span of time at most. */
export function groupsOf(
  report: { by: readonly Label[]; spans: boolean; usual: readonly (Label | Span)[] },
  search: Search,
): readonly (Label | Span)[] {
  if (search.by === undefined) {
    return report.usual;
  }
  const groups: (Label | Span)[] = [];
  for (const name of search.by) {
    const label = report.by.find((label) => label === name);
    const span = report.spans ? SPANS.find((span) => span === name) : undefined;
    const second = span !== undefined && groups.some((group) => SPANS.some((other) => other === group));
    const group = label ?? span;
    if (group !== undefined && !second && !groups.includes(group)) {
      groups.push(group);
    }
  }
  return groups;
}
