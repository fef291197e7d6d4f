import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import {
  CohortRowSchema,
  FunnelRowSchema,
  GetAttributionResponseSchema,
  KeyAccountRowSchema,
  PathRowSchema,
  PlanRowSchema,
  StepRowSchema,
} from "../generated/tributary/analytics/v1/reports_service_pb";
import type { Money } from "../generated/tributary/type/v1/money_pb";
import { formatIn } from "../src/format";
import { REPORTS, SECTIONS } from "../src/reports";
import { behind, partOf } from "../src/reports/behind";
import { type Column, meaningOf, titleOf } from "../src/reports/column";
import { chartOf, measuresOf } from "../src/reports/drawing";
import { fileAddress } from "../src/reports/file";
import { groupsOf } from "../src/reports/report";
import { allOf, csvOf } from "../src/reports/written";
import type { Search } from "../src/search";
import { LOCALES } from "../src/words/text";

const year = { from: "2026-01-01", to: "2026-12-31" };
const format = formatIn("en");

function column(report: keyof typeof REPORTS, id: string, search: Search = {}): Column<unknown> {
  const found = REPORTS[report].columns(search).find((column) => column.id === id);
  if (found === undefined) {
    throw new Error(`${report} has no ${id}`);
  }
  return found;
}

it("every report is in one section, and under its own name", () => {
  const named = SECTIONS.flatMap(({ reports }) => [...reports]);
  expect(named.toSorted()).toEqual(Object.keys(REPORTS).toSorted());
  for (const [name, report] of Object.entries(REPORTS)) {
    expect(report.name).toBe(name);
  }
});

it("every column has a title and a meaning in every language, and no two are the same", () => {
  for (const report of Object.values(REPORTS)) {
    const columns = [...(report.heads ?? []), ...report.columns({})];
    const ids = columns.map((column) => column.id);
    expect(new Set(ids).size, report.name).toBe(ids.length);
    for (const locale of LOCALES) {
      for (const column of columns) {
        expect(titleOf(column.title, formatIn(locale)), column.id).not.toBe("");
        expect(meaningOf(column, formatIn(locale)), `${report.name}.${column.id}`).toBeTruthy();
      }
    }
  }
});

it("every measure of a chart is a column", () => {
  for (const report of Object.values(REPORTS)) {
    for (const measure of measuresOf(report, {})) {
      column(report.name, measure);
    }
  }
});

it("a number opens the records of its row: labels, days and filters", () => {
  const row = create(FunnelRowSchema, {
    keys: [
      { label: "month", value: "2026-11-01", name: "2026-11-01" },
      { label: "channel", value: "", name: "" },
    ],
    leads: 5n,
  });
  const search: Search = { by: ["month", "channel"], agent: ["staff_1", "staff_2"] };
  const part = partOf(REPORTS.funnel, row, year);
  expect(behind(column("funnel", "won"), part, search, REPORTS.funnel.filters)).toEqual({
    list: "deals",
    search: {
      number: "funnel.won",
      from: "2026-11-01",
      to: "2026-11-30",
      channel: [""],
      agent: ["staff_1", "staff_2"],
    },
  });
});

it("a number that is narrowed by what its records do not know opens nothing", () => {
  const part = { labels: { source: "x" }, period: year, extra: {} };
  expect(behind(column("flow", "received"), part, {}, [])).toBeUndefined();
  expect(behind(column("flow", "won"), part, {}, [])?.search.source).toEqual(["x"]);
  const nothing = { labels: {}, period: year, extra: {} };
  expect(behind(column("flow", "received"), nothing, { channel: ["form"] }, ["channel"])).toBeUndefined();
  expect(behind(column("campaigns", "deals"), nothing, {}, [])).toBeUndefined();
  const one = { labels: { campaign: "camp_1" }, period: year, extra: {} };
  expect(behind(column("campaigns", "deals"), one, {}, [])?.search.campaign).toEqual(["camp_1"]);
});

it("what contracts grew by is opened as that", () => {
  const row = create(KeyAccountRowSchema, { keys: [{ label: "kind", value: "extension", name: "" }] });
  const part = partOf(REPORTS.keyAccounts, row, year);
  const found = behind(column("keyAccounts", "signed"), part, {}, REPORTS.keyAccounts.filters);
  expect(found).toMatchObject({
    list: "growths",
    search: { number: "key_accounts.growths", kind: ["extension"] },
  });
  // Of another kind there is none in this row.
  expect(behind(column("keyAccounts", "renewals"), part, { kind: ["extension"] }, ["kind"])).toBeUndefined();
});

it("a cohort opens the contracts of its month and age", () => {
  const row = create(CohortRowSchema, { month: "2026-02-01", age: 3n });
  const part = partOf(REPORTS.cohorts, row, year);
  expect(behind(column("cohorts", "contracts"), part, {}, [])).toEqual({
    list: "contracts",
    search: { number: "cohorts.contracts", from: "2026-02-01", to: "2026-02-28", age: ["3"] },
  });
});

it("a path opens its journeys, a step its touches, and the end of a chain nothing", () => {
  const path = create(PathRowSchema, { path: "form > email" });
  const journeys = behind(column("journeys", "journeys"), partOf(REPORTS.journeys, path, year), {}, []);
  expect(journeys?.search).toMatchObject({ number: "journeys.journeys", path: ["form > email"] });
  const opened = (fromChannel: string, toChannel: string) => {
    const row = create(StepRowSchema, { fromChannel, toChannel });
    return behind(column("steps", "steps"), partOf(REPORTS.steps, row, year), {}, [])?.search;
  };
  expect(opened("start", "form")).toMatchObject({ from_channel: ["start"], to_channel: ["form"] });
  expect(opened("form", "contract")).toBeUndefined();
  expect(opened("form", "none")).toBeUndefined();
  // The row of all steps has those too.
  expect(opened("", "")).toBeUndefined();
});

it("a line of a plan opens its own days", () => {
  const row = create(PlanRowSchema, { from: "2026-04-01", to: "2026-06-30", channel: "form" });
  const part = partOf(REPORTS.plans, row, year);
  expect(behind(column("plans", "leads"), part, { agent: ["staff_1"] }, [])?.search).toEqual({
    number: "flow.leads",
    from: "2026-04-01",
    to: "2026-06-30",
    channel: ["form"],
  });
});

it("a view is broken down by what the report knows, and by one span of time", () => {
  expect(groupsOf(REPORTS.funnel, { by: ["month", "evil", "week", "channel", "channel"] })).toEqual([
    "month",
    "channel",
  ]);
  expect(groupsOf(REPORTS.refusals, {})).toEqual(["phase", "stage", "reason"]);
  expect(groupsOf(REPORTS.campaigns, { by: ["month"] })).toEqual([]);
});

it("a file is asked for as its report is", () => {
  const search: Search = { by: ["channel"], channel: ["form", ""] };
  const request = REPORTS.funnel.request(search, year);
  const file = REPORTS.funnel.file;
  expect(file).toBeDefined();
  const address = new URL(
    fileAddress(file ?? { path: "/v1/reports/export", name: "getFlow" }, request),
    "http://x",
  );
  expect(address.pathname).toBe("/v1/reports/export");
  expect([...address.searchParams]).toEqual([
    ["getFunnel.filter.from", "2026-01-01"],
    ["getFunnel.filter.to", "2026-12-31"],
    ["getFunnel.filter.channels", "form"],
    ["getFunnel.filter.channels", ""],
    ["getFunnel.groupBy", "channel"],
    ["getFunnel.pageSize", "1"],
    ["byteOrderMark", "true"],
  ]);
});

it("models stand side by side, by what they are compared by", () => {
  const { rows } = create(GetAttributionResponseSchema, {
    rows: [
      {
        keys: [{ label: "channel", value: "form", name: "form" }],
        credits: [
          { model: "first", parts: 1_500_000n, share: 6_000n },
          { model: "linear", parts: 1_000_000n, share: 4_000n },
        ],
      },
    ],
  });
  const [row] = rows;
  expect(column("attribution", "first").cell(row)).toEqual({ kind: "share", value: 6_000n });
  expect(column("attribution", "linear", { measure: "parts" }).cell(row)).toEqual({
    kind: "parts",
    value: 1_000_000n,
  });
  const chart = chartOf(REPORTS.attribution, {}, rows, undefined, format);
  expect(chart?.series.slice(0, 3).map(({ name, values, texts }) => [name, values, texts])).toEqual([
    ["First touch", [60], ["60%"]],
    ["Last touch", [null], ["not known"]],
    ["Linear", [40], ["40%"]],
  ]);
});

it("months along the axis, and a line for each of the rest", () => {
  const row = (month: string, channel: string, leads: bigint) =>
    create(FunnelRowSchema, {
      leads,
      keys: [
        { label: "month", value: month, name: month },
        { label: "channel", value: channel, name: channel },
      ],
    });
  const rows = [row("2026-10-01", "form", 3n), row("2026-11-01", "form", 4n), row("2026-11-01", "call", 1n)];
  const chart = chartOf(REPORTS.funnel, { by: ["month", "channel"] }, rows, undefined, format);
  expect(chart?.shape).toBe("lines");
  expect(chart?.names).toEqual(["Oct 2026", "Nov 2026"]);
  expect(chart?.series.map(({ name, values }) => [name, values])).toEqual([
    ["form", [3, 4]],
    ["call", [null, 1]],
  ]);
});

it("what the services write no file of is written as they write theirs", async () => {
  const money = (minor: bigint, currency: string) => ({ minor, currency }) as Money;
  interface Line {
    name: string;
    amount: Money;
    sums: Money[];
  }
  const columns: Column<Line>[] = [
    { id: "name", title: { code: "" }, kind: "text", cell: ({ name }) => ({ kind: "text", value: name }) },
    {
      id: "amount",
      title: { code: "" },
      kind: "money",
      cell: ({ amount }) => ({ kind: "money", value: amount }),
    },
    {
      id: "sums",
      title: { code: "" },
      kind: "moneys",
      cell: ({ sums }) => ({ kind: "moneys", value: sums }),
    },
  ];
  const pages = [
    [{ name: "=1+1", amount: money(-5n, "EUR"), sums: [money(1_050n, "EUR")] }],
    [{ name: 'a "b", c', amount: money(7n, "JPY"), sums: [money(5n, "HUF"), money(1n, "EUR")] }],
  ];
  const rows = await allOf(async ({ pageToken }) => ({
    rows: pages[Number(pageToken)] ?? [],
    nextPageToken: pageToken === "" ? "1" : "",
  }));
  expect(csvOf(columns, rows)).toBe(
    "name,amount,amount_currency,sums_EUR,sums_HUF\r\n" +
      "'=1+1,-0.05,EUR,10.50,\r\n" +
      '"a ""b"", c",7,JPY,0.01,0.05\r\n',
  );
});
