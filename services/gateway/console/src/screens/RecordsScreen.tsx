import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Format } from "../format";
import { useConsole, useFormat } from "../parts/console";
import { Download, served, textFile } from "../parts/Download";
import { AsOfNotes } from "../parts/Notes";
import { Answered, Empty } from "../parts/states";
import { headOf, Table } from "../parts/Table";
import { hrefOf, useView } from "../parts/view";
import type { AnyList } from "../records";
import type { Records } from "../records/list";
import { REPORTS } from "../reports";
import { shown, titleOf } from "../reports/column";
import { fileAddress } from "../reports/file";
import { ALSO, NUMBERS, type NumberName, openingOf } from "../reports/numbers";
import { filterOf, PAGE } from "../reports/report";
import { allOf, csvOf } from "../reports/written";
import { LABELS, type Label, periodOf, type Search } from "../search";
import { periodText } from "./ReportScreen";

/** The records behind a number, page by page, and the number itself as their total. */
export function RecordsScreen({ list }: { list: AnyList }) {
  const { calls, session, format, today } = useConsole();
  const { text } = format;
  const [search] = useView();
  const period = periodOf(search, today);
  const number = numberOf(list, search);
  const asked = { filter: filterOf(search, period, openingOf(number).by), number };
  const answer = useInfiniteQuery({
    queryKey: ["records", list.name, asked, search],
    queryFn: ({ pageParam }) =>
      list.load(calls, asked, { pageSize: PAGE, pageToken: pageParam }, search, period),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextPageToken || undefined,
    placeholderData: keepPreviousData,
  });
  const file = async () => {
    if (list.file !== undefined) {
      return served(fileAddress(list.file, asked), session);
    }
    const rows = await allOf((page) => list.load(calls, asked, page, search, period));
    return textFile(`${list.name}.csv`, csvOf([list.head, ...list.columns], rows));
  };
  const also = ALSO[number] ?? [];
  return (
    <>
      <title>{`${text(`list.${list.name}`)} · ${text("app.name")}`}</title>
      <header className="screen-head">
        <div>
          <h1>{text(`list.${list.name}`)}</h1>
          <p className="purpose">
            {text("records.behind", { number: numberText(number, format) })} · {periodText(period, format)}
          </p>
        </div>
        <Download file={file} />
      </header>
      {also.length > 0 && (
        <p className="small">
          {text("records.also")}{" "}
          {also.map((other) => (
            <a key={other} href={hrefOf(`/records/${openingOf(other).list}`, { ...search, number: other })}>
              {text(`list.${openingOf(other).list}`)}
            </a>
          ))}
        </p>
      )}
      <Answered asked={answer}>
        {({ pages }) => (
          <Found
            list={list}
            search={search}
            number={number}
            pages={pages}
            more={answer.hasNextPage ? () => answer.fetchNextPage() : undefined}
          />
        )}
      </Answered>
    </>
  );
}

/** What a number is called where it is shown: its report and its column. */
function numberText(number: NumberName, format: Format): string {
  for (const report of Object.values(REPORTS)) {
    const column = report.columns({}).find((column) => column.opens === number && "name" in column.title);
    if (column !== undefined) {
      return `${format.text(`report.${report.name}`)}: ${titleOf(column.title, format)}`;
    }
  }
  return format.text(`list.${openingOf(number).list}`);
}

function numberOf(list: AnyList, search: Search): NumberName {
  const named = search.number ?? "";
  const known = Object.hasOwn(NUMBERS, named) && NUMBERS[named as NumberName].list === list.name;
  return known ? (named as NumberName) : list.usual;
}

interface NarrowedProps extends Pick<FoundProps, "list" | "search" | "number"> {
  rows: readonly unknown[];
}

/** By what the records are narrowed. What an id is called stands in the records themselves. */
function Narrowed({ list, rows, search, number }: NarrowedProps) {
  const { text, code, month } = useFormat();
  const labels = (Object.keys(LABELS) as Label[]).filter((label) => openingOf(number).by.includes(label));
  const nameOf = (label: Label, value: string) => {
    if (label === "path") {
      return value.split(" > ").map(code).join(" → ");
    }
    const column = list.columns.find((column) => column.id === label);
    const cells = rows.map((row) => column?.cell(row));
    const cell = cells.find((cell) => cell?.kind === "named" && cell.value.id === value);
    return cell?.kind === "named" ? cell.value.name || code(value) : code(value);
  };
  const chosen = labels.flatMap((label) => {
    const values = search[label] ?? [];
    const names = values.map((value) => (value === "" ? text("view.none") : nameOf(label, value)));
    return names.length === 0 ? [] : [`${text(`label.${label}`)}: ${names.join(", ")}`];
  });
  if (search.span !== undefined) {
    const span = search.span === "month" ? month(`${search.month ?? ""}-01`) : code(search.span);
    chosen.push(`${text("column.span")}: ${span}`);
  }
  return (
    chosen.length > 0 && (
      <ul className="narrowed">
        {chosen.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    )
  );
}

interface FoundProps {
  list: AnyList;
  search: Search;
  number: NumberName;
  pages: Records<unknown>[];
  more: (() => void) | undefined;
}

function Found({ list, search, number, pages, more }: FoundProps) {
  const format = useFormat();
  const { text } = format;
  const [first] = pages;
  const rows = pages.flatMap((page) => page.rows);
  return (
    <>
      <Narrowed list={list} rows={rows} search={search} number={number} />
      <ul className="notes">
        {first?.totals.map(({ title, cell }) => (
          <li key={title} className="total">
            {title === "total" && cell?.kind === "count"
              ? text("records.total", { count: Number(cell.value) })
              : text(`records.${title}`, { value: cell === undefined ? "–" : shown(cell, format) })}
          </li>
        ))}
        {first?.asOf !== undefined && <AsOfNotes asOf={first.asOf} />}
      </ul>
      {rows.length === 0 ? (
        <Empty title={text("records.empty")} />
      ) : (
        <Table
          caption={text("view.table", { name: text(`list.${list.name}`) })}
          heads={[headOf(list.head, format)]}
          columns={list.columns}
          rows={rows}
          keyOf={(_, place) => place}
          leads={list.leads}
        />
      )}
      <p className="small">{text("records.shown", { count: rows.length })}</p>
      {more !== undefined && (
        <Button variant="default" onClick={more}>
          {text("view.more")}
        </Button>
      )}
    </>
  );
}
