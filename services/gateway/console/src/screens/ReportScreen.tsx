import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Format } from "../format";
import { Chart } from "../parts/Chart";
import { Controls } from "../parts/Controls";
import { useConsole, useFormat } from "../parts/console";
import { Download, served, textFile } from "../parts/Download";
import { Notes } from "../parts/Notes";
import { Answered, Empty } from "../parts/states";
import { type Head, headOf, Table } from "../parts/Table";
import { hrefOf, useView } from "../parts/view";
import { type AnyReport, SECTIONS } from "../reports";
import { behind, partOf } from "../reports/behind";
import { type Column, keyText, titleOf } from "../reports/column";
import { chartOf, measuresOf } from "../reports/drawing";
import { fileAddress } from "../reports/file";
import { type Answer, groupsOf, PAGE } from "../reports/report";
import { allOf, csvOf } from "../reports/written";
import { type Period, periodOf, type Search } from "../search";

/** Any report: what of it is chosen, a chart, the table, and what is to be known of it. */
export function ReportScreen({ report }: { report: AnyReport }) {
  const { calls, session, format, today } = useConsole();
  const { text } = format;
  const [search, change] = useView();
  const period = periodOf(search, today, report.usualPeriod);
  const request = report.request(search, period);
  const asked = useInfiniteQuery({
    queryKey: ["report", report.name, request],
    queryFn: ({ pageParam }) => report.load(calls, request, { pageSize: PAGE, pageToken: pageParam }),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextPageToken || undefined,
    placeholderData: keepPreviousData,
  });
  const file = async () => {
    if (report.file !== undefined) {
      return served(fileAddress(report.file, request), session);
    }
    const rows = await allOf((page) => report.load(calls, request, page));
    const columns = [...labelColumns(report, search), ...report.columns(search)];
    return textFile(`${report.name}.csv`, csvOf(columns, rows));
  };
  return (
    <>
      <title>{`${text(`report.${report.name}`)} · ${text("app.name")}`}</title>
      <Tabs report={report} search={search} />
      <header className="screen-head">
        <div>
          <h1>{text(`report.${report.name}`)}</h1>
          <p className="purpose">{text(`purpose.${report.name}`)}</p>
        </div>
        <Download file={file} />
      </header>
      <Controls report={report} search={search} change={change} />
      <Answered asked={asked}>
        {({ pages }) => (
          <Figures
            report={report}
            search={search}
            change={change}
            period={period}
            pages={pages}
            more={asked.hasNextPage ? () => asked.fetchNextPage() : undefined}
          />
        )}
      </Answered>
    </>
  );
}

/** The reports of a section, with the view that they share. */
function Tabs({ report, search }: { report: AnyReport; search: Search }) {
  const { text } = useFormat();
  const section = SECTIONS.find(({ reports }) => (reports as readonly string[]).includes(report.name));
  if (section === undefined || section.reports.length < 2) {
    return null;
  }
  const { period, from, to } = search;
  return (
    <nav className="tabs" aria-label={text(`section.${section.name}`)}>
      {section.reports.map((name) => (
        <a
          key={name}
          href={hrefOf(`/${name}`, { period, from, to })}
          aria-current={name === report.name ? "page" : undefined}
        >
          {text(`report.${name}`)}
        </a>
      ))}
    </nav>
  );
}

interface FiguresProps {
  report: AnyReport;
  search: Search;
  change: (change: Search) => void;
  period: Period;
  pages: Answer<unknown>[];
  more: (() => void) | undefined;
}

function Figures({ report, search, change, period, pages, more }: FiguresProps) {
  const format = useFormat();
  const { text } = format;
  const first = pages[0];
  const rows = useMemo(() => pages.flatMap((page) => page.rows), [pages]);
  const total = first?.total;
  const chart = useMemo(
    () => chartOf(report, search, rows, total, format),
    [report, search, rows, total, format],
  );
  const name = text(`report.${report.name}`);
  if (first === undefined || rows.length === 0) {
    return (
      <>
        <Notes answer={first} />
        <Empty title={text("state.empty")} purpose={text(`purpose.${report.name}`)} />
      </>
    );
  }
  const columns = report.columns(search);
  const carried = report.carried ?? report.filters;
  const all = { labels: {}, period, extra: {} };
  const cell = (column: Column<unknown>, row: unknown) =>
    behind(column, partOf(report, row, period), search, carried);
  // One row of everything is its own total.
  const isWhole = report.heads === undefined && report.keys?.(rows[0]).length === 0;
  const count = first.count ?? BigInt(rows.length);
  return (
    <>
      <Notes answer={first} />
      {chart !== undefined && (
        <>
          <div className="controls">
            <ChartChoice report={report} search={search} change={change} />
            {chart.currencies.length > 1 && (
              <NativeSelect
                label={text("view.currencyChoice")}
                data={chart.currencies}
                value={chart.currency}
                onChange={(event) => change({ currency: event.currentTarget.value })}
              />
            )}
          </div>
          <Chart chart={chart} />
        </>
      )}
      <Table
        caption={text("view.table", { name: `${name}, ${periodText(period, format)}` })}
        heads={headsOf(report, search, format)}
        columns={columns}
        rows={rows}
        keyOf={(_, place) => place}
        leads={(row) => report.leads?.(row)}
        behind={cell}
        total={
          total === undefined || isWhole
            ? undefined
            : {
                row: total,
                name: text("view.total"),
                behind: (column) => behind(column, all, search, carried),
              }
        }
      />
      <p className="small">
        {text(more === undefined || first.count !== undefined ? "view.rows" : "view.rowsAtLeast", {
          count: Number(count),
        })}
      </p>
      {more !== undefined && (
        <Button variant="default" onClick={more}>
          {text("view.more")}
        </Button>
      )}
    </>
  );
}

/** Which column the chart shows. */
function ChartChoice({ report, search, change }: Pick<FiguresProps, "report" | "search" | "change">) {
  const format = useFormat();
  const measures = measuresOf(report, search);
  const single = report.drawing.shape === "funnel" && groupsOf(report, search).length === 0;
  if (measures.length < 2 || single) {
    return null;
  }
  const columns = report.columns(search);
  const data = measures.flatMap((id) => {
    const column = columns.find((column) => column.id === id);
    return column === undefined ? [] : [{ value: id, label: titleOf(column.title, format) }];
  });
  return (
    <NativeSelect
      label={format.text("view.chart")}
      data={data}
      value={search.chart ?? measures[0] ?? ""}
      onChange={(event) => change({ chart: event.currentTarget.value })}
    />
  );
}

/** The columns that say which row it is: labels, or columns of the report itself. */
function headsOf(report: AnyReport, search: Search, format: Format): Head<unknown>[] {
  if (report.heads !== undefined) {
    return report.heads.map((head, place) => ({ ...headOf(head, format), main: place === 0 }));
  }
  const labels = report.keyLabels ?? groupsOf(report, search);
  if (labels.length === 0) {
    return [
      {
        id: "everything",
        title: format.text("campaign.figures"),
        text: () => format.text("view.everything"),
      },
    ];
  }
  return labels.map((label, place) => ({
    id: label,
    title: format.text(`label.${label}`),
    text: (row) => {
      const key = report.keys?.(row)[place];
      return key === undefined ? "" : keyText(key, format);
    },
  }));
}

/** The labels of rows as columns of a file. */
function labelColumns(report: AnyReport, search: Search): Column<unknown>[] {
  if (report.heads !== undefined) {
    return report.heads;
  }
  const labels = report.keyLabels ?? groupsOf(report, search);
  return labels.map((label, place) => ({
    id: label,
    title: { code: label },
    kind: "text",
    cell: (row) => {
      const key = report.keys?.(row)[place];
      return key === undefined ? undefined : { kind: "text", value: key.name || key.value };
    },
  }));
}

/** A period in words. */
export function periodText({ from, to }: Period, { text, day }: Format): string {
  if (from === "" && to === "") {
    return text("period.all");
  }
  if (to === "") {
    return text("period.since", { from: day(from) });
  }
  return from === ""
    ? text("period.until", { to: day(to) })
    : text("period.between", { from: day(from), to: day(to) });
}
