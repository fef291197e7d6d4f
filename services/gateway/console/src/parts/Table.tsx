import { Tooltip } from "@mantine/core";
import { Fragment, type ReactNode, type Key as RowKey } from "react";
import type { Format } from "../format";
import type { Behind } from "../reports/behind";
import { type Cell, type Column, isNumeric, meaningOf, shown, titleOf } from "../reports/column";
import type { Destination } from "../reports/report";
import { useFormat } from "./console";
import { hrefOf } from "./view";

export interface Head<Row> {
  id: string;
  title: string;
  meaning?: string | undefined;
  text: (row: Row) => string;
  /** The head that leads to where the row leads. */
  main?: boolean;
}

/** A column that says which row it is. */
export function headOf<Row>(column: Column<Row>, format: Format): Head<Row> {
  return {
    id: column.id,
    title: titleOf(column.title, format),
    meaning: meaningOf(column, format),
    main: true,
    text: (row) => {
      const cell = column.cell(row);
      return cell === undefined ? format.text("view.any") : shown(cell, format);
    },
  };
}

interface Props<Row> {
  caption: string;
  heads: Head<Row>[];
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row, place: number) => RowKey;
  leads?: (row: Row) => Destination | undefined;
  behind?: (column: Column<Row>, row: Row) => Behind | undefined;
  total?: { row: Row; name: string; behind: (column: Column<Row>) => Behind | undefined } | undefined;
}

/** Figures or records: a real table, whose numbers lead on. */
export function Table<Row>(props: Props<Row>) {
  const { caption, heads, columns, rows, keyOf, leads, behind, total } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled must be reached by the keyboard
    <section className="table-frame" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head.id} scope="col" className="head">
                <Title title={head.title} meaning={head.meaning} />
              </th>
            ))}
            {columns.map((column) => (
              <ColumnHead key={column.id} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={keyOf(row, place)}>
              {heads.map((head) => (
                <th key={head.id} scope="row" className="head">
                  <Lead to={head.main === true ? leads?.(row) : undefined}>{head.text(row)}</Lead>
                </th>
              ))}
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>
                  <Value column={column} row={row} behind={behind?.(column, row)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {total !== undefined && (
          <tfoot>
            <tr>
              {heads.length > 0 && (
                <th scope="row" colSpan={heads.length} className="head">
                  {total.name}
                </th>
              )}
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>
                  <Value column={column} row={total.row} behind={total.behind(column)} />
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function classOf<Row>(column: Column<Row>): string | undefined {
  return isNumeric(column.kind) ? "number" : undefined;
}

function ColumnHead<Row>({ column }: { column: Column<Row> }) {
  const format = useFormat();
  const title = titleOf(column.title, format);
  return (
    <th scope="col" className={classOf(column)}>
      <Title title={title} meaning={meaningOf(column, format)} />
    </th>
  );
}

/** A title that says what it means when it is pointed at or focused. */
export function Title({ title, meaning }: { title: string; meaning: string | undefined }) {
  if (meaning === undefined) {
    return title;
  }
  return (
    <Tooltip label={meaning} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
      <button type="button" className="meaning">
        {title}
      </button>
    </Tooltip>
  );
}

interface ValueProps<Row> {
  column: Column<Row>;
  row: Row;
  behind: Behind | undefined;
}

/** What stands in a cell; a number leads to its records. */
export function Value<Row>({ column, row, behind }: ValueProps<Row>) {
  const cell = column.cell(row);
  if (cell === undefined) {
    return <Unknown />;
  }
  return <Linked cell={cell} column={column} behind={isNothing(cell) ? undefined : behind} />;
}

function Unknown() {
  const { text } = useFormat();
  return (
    <>
      <span aria-hidden="true" className="unknown">
        –
      </span>
      <span className="hidden">{text("view.none0")}</span>
    </>
  );
}

/** Nothing has no records. */
function isNothing(cell: Cell): boolean {
  return cell.kind === "money" ? cell.value.minor === 0n : cell.value === 0n || cell.value === 0;
}

function Linked<Row>({ cell, column, behind }: Omit<ValueProps<Row>, "row"> & { cell: Cell }) {
  const format = useFormat();
  if (cell.kind === "id") {
    return <Id id={cell.value} />;
  }
  const value = <Shown cell={cell} />;
  if (behind === undefined) {
    return value;
  }
  const title = titleOf(column.title, format);
  const label = format.text("view.opens", { column: title, value: shown(cell, format) });
  return (
    <a href={hrefOf(`/records/${behind.list}`, behind.search)} aria-label={label}>
      {value}
    </a>
  );
}

function Shown({ cell }: { cell: Cell }) {
  const format = useFormat();
  if (cell.kind === "moneys") {
    return cell.value.map((money, place) => (
      <Fragment key={money.currency}>
        {place > 0 && <br />}
        {format.money(money)}
      </Fragment>
    ));
  }
  return shown(cell, format);
}

/** Ids of what has a journey. */
const IN_JOURNEYS = /^(lead|deal|cntr|pers)_/;

/** An id, which leads to the journey that it belongs to. */
function Id({ id }: { id: string }) {
  const format = useFormat();
  return (
    <Lead to={IN_JOURNEYS.test(id) ? { page: "journeys", id } : undefined}>
      <span title={id}>{shown({ kind: "id", value: id }, format)}</span>
    </Lead>
  );
}

function Lead({ to, children }: { to: Destination | undefined; children: ReactNode }) {
  return to === undefined ? children : <a href={hrefOf(`/${to.page}/${to.id}`)}>{children}</a>;
}
