import { timestampDate } from "@bufbuild/protobuf/wkt";
import { decimal, decimalsOf } from "../money";
import type { Column } from "./column";

/** Rows of a page while a file is written, and pages at most: as many rows as the services put into a file. */
const ROWS = 500;
const MOST_PAGES = 200;

interface Page<Row> {
  rows: readonly Row[];
  nextPageToken: string;
}

/** All rows, page by page. For what the services write no file of. */
export async function allOf<Row>(
  load: (page: { pageSize: number; pageToken: string }) => Promise<Page<Row>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let pageToken = "";
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await load({ pageSize: ROWS, pageToken });
    rows.push(...answer.rows);
    pageToken = answer.nextPageToken;
    if (pageToken === "") {
      break;
    }
  }
  return rows;
}

/** A table as the services write theirs: CSV after RFC 4180, amounts as decimals beside their currency. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const written = columns.flatMap((column) => fieldsOf(column, rows));
  const lines = [written.map(({ name }) => name), ...rows.map((row) => written.map(({ of }) => of(row)))];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

interface Field<Row> {
  name: string;
  of: (row: Row) => string;
}

function fieldsOf<Row>(column: Column<Row>, rows: readonly Row[]): Field<Row>[] {
  const name = column.id;
  switch (column.kind) {
    case "money": {
      const money = (row: Row) => {
        const cell = column.cell(row);
        return cell?.kind === "money" ? cell.value : undefined;
      };
      const amount = (row: Row) => {
        const value = money(row);
        return value === undefined ? "" : decimal(value.minor, decimalsOf(value.currency));
      };
      return [
        { name, of: amount },
        { name: `${name}_currency`, of: (row) => money(row)?.currency ?? "" },
      ];
    }
    case "moneys": {
      const all = (row: Row) => {
        const cell = column.cell(row);
        return cell?.kind === "moneys" ? cell.value : [];
      };
      const currencies = [...new Set(rows.flatMap((row) => all(row).map((money) => money.currency)))].sort();
      return currencies.map((currency) => ({
        name: `${name}_${currency}`,
        of: (row) => {
          const value = all(row).find((money) => money.currency === currency);
          return value === undefined ? "" : decimal(value.minor, decimalsOf(currency));
        },
      }));
    }
    default:
      return [{ name, of: (row) => plain(column, row) }];
  }
}

function plain<Row>(column: Column<Row>, row: Row): string {
  const cell = column.cell(row);
  if (cell === undefined) {
    return "";
  }
  switch (cell.kind) {
    case "named":
      return harmless(cell.value.name || cell.value.id);
    case "moment":
    case "date":
      return timestampDate(cell.value).toISOString();
    case "text":
    case "code":
    case "path":
      return harmless(cell.value);
    default:
      return String(cell.value);
  }
}

/** A text that a spreadsheet would take for a formula begins with `'`. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
