import type { Behind } from "../reports/behind";
import { type Column, meaningOf, titleOf } from "../reports/column";
import { useFormat } from "./console";
import { Title, Value } from "./Table";

interface Props<Row> {
  columns: Column<Row>[];
  row: Row;
  behind?: (column: Column<Row>) => Behind | undefined;
}

/** One row, written downwards. */
export function Facts<Row>({ columns, row, behind }: Props<Row>) {
  const format = useFormat();
  return (
    <dl className="facts">
      {columns.map((column) => (
        <div key={column.id}>
          <dt>
            <Title title={titleOf(column.title, format)} meaning={meaningOf(column, format)} />
          </dt>
          <dd>
            <Value column={column} row={row} behind={behind?.(column)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
