import type { AsOf } from "../../generated/tributary/analytics/v1/reports_service_pb";
import type { Calls } from "../api/calls";
import type { Cell, Column } from "../reports/column";
import type { ListName, NumberName } from "../reports/numbers";
import type { Destination, FilterFields, Page, Report } from "../reports/report";
import type { Period, Search } from "../search";
import type { KeyOf } from "../words/words";

/** What is asked of a list: the part of the figures, and the number that was opened. */
export interface Asked {
  filter: FilterFields;
  number: string;
}

export interface Records<Row> {
  asOf?: AsOf | undefined;
  rows: Row[];
  nextPageToken: string;
  /** What the report says of them all. */
  totals: { title: KeyOf<"records">; cell: Cell | undefined }[];
}

/** A list of records: how it is asked, its columns, and the journey that a record opens. */
export interface RecordList<Row> {
  name: ListName;
  load: (calls: Calls, asked: Asked, page: Page, search: Search, period: Period) => Promise<Records<Row>>;
  file?: Report<Row>["file"];
  /** Which record it is. */
  head: Column<Row>;
  columns: Column<Row>[];
  leads: (row: Row) => Destination | undefined;
  /** The number that is opened when none is named. */
  usual: NumberName;
}
