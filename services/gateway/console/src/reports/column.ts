import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Key, Named } from "../../generated/tributary/analytics/v1/reports_service_pb";
import type { Money } from "../../generated/tributary/type/v1/money_pb";
import type { Format } from "../format";
import type { Label } from "../search";
import { shortId } from "../words/text";
import type { KeyOf } from "../words/words";
import type { NumberName } from "./numbers";

/** What stands in a cell. */
export type Cell =
  | { kind: "count"; value: bigint | number }
  | { kind: "share" | "span" | "hours" | "parts" | "hundredths"; value: bigint }
  | { kind: "money"; value: Money }
  | { kind: "moneys"; value: readonly Money[] }
  | { kind: "text" | "code" | "day" | "month" | "id" | "path"; value: string }
  | { kind: "named"; value: Named }
  | { kind: "moment" | "date"; value: Timestamp }
  | { kind: "flag"; value: boolean };

export type Kind = Cell["kind"];

export type ColumnName = KeyOf<"column">;
export type About = KeyOf<"about">;

/** A name, a quotient of two or the way from one to another. */
export type Title =
  | { name: ColumnName }
  | { part: ColumnName; whole: ColumnName }
  | { from: ColumnName; until: ColumnName };

/** A column of a report or of a list: what it is called, what it means, and what is in it. */
export interface Column<Row> {
  id: string;
  title: Title | { code: string };
  about?: About;
  kind: Kind;
  cell: (row: Row) => Cell | undefined;
  /** The number whose records it opens. */
  opens?: NumberName;
  /** What it narrows these records by, besides the row. */
  part?: { [Name in Label]?: string };
}

/** Fields of a message that hold a type, absent ones among them. */
type Holding<Row, Type> = {
  [Field in keyof Row]-?: [NonNullable<Row[Field]>] extends [Type]
    ? [Type] extends [NonNullable<Row[Field]>]
      ? Field
      : never
    : never;
}[keyof Row] &
  string;

type Whole<Row> = Holding<Row, bigint>;
type Numeric<Row> = Holding<Row, bigint> | Holding<Row, number>;
type Texts<Row> = Holding<Row, string>;

/** Builders of columns for the rows of one message. A field that is gone, or of another type, fails the type check. */
export function columnsOf<Row>() {
  const column = (
    field: keyof Row & string,
    kind: Kind,
    title: Title,
    about?: About,
    opens?: NumberName,
  ): Column<Row> => ({
    id: field,
    title,
    kind,
    ...(about === undefined ? {} : { about }),
    ...(opens === undefined ? {} : { opens }),
    cell: (row) => {
      const value = row[field];
      const empty = value === undefined || isEmpty(value);
      return empty ? undefined : ({ kind, value } as Cell);
    },
  });
  const named = (name: ColumnName): Title => ({ name });
  return {
    count: (field: Numeric<Row> & ColumnName, about?: About, opens?: NumberName, name: ColumnName = field) =>
      column(field, "count", named(name), about, opens),
    /** A quotient in basis points. */
    ratio: (field: Whole<Row>, part: ColumnName, whole: ColumnName, opens?: NumberName) =>
      column(field, "share", { part, whole }, undefined, opens),
    share: (field: Whole<Row> & ColumnName, about?: About, opens?: NumberName) =>
      column(field, "share", named(field), about, opens),
    /** A mean time from one to the other. */
    way: (field: Whole<Row>, from: ColumnName, until: ColumnName, opens?: NumberName) =>
      column(field, "span", { from, until }, undefined, opens),
    span: (field: Whole<Row>, name: ColumnName, about: About, opens?: NumberName) =>
      column(field, "span", named(name), about, opens),
    hours: (field: Whole<Row> & ColumnName, about?: About, opens?: NumberName) =>
      column(field, "hours", named(field), about, opens),
    parts: (field: Whole<Row> & ColumnName, about?: About, opens?: NumberName) =>
      column(field, "parts", named(field), about, opens),
    hundredths: (field: Whole<Row> & ColumnName, about?: About, opens?: NumberName) =>
      column(field, "hundredths", named(field), about, opens),
    money: (field: Holding<Row, Money> & ColumnName, about?: About, opens?: NumberName) =>
      column(field, "money", named(field), about, opens),
    /** Sums in several currencies. */
    moneys: (field: Holding<Row, Money[]> & ColumnName, about?: About, opens?: NumberName) =>
      column(field, "moneys", named(field), about, opens),
    /** A sum by each of something. */
    each: (field: Holding<Row, Money>, part: ColumnName, whole: ColumnName, opens?: NumberName) =>
      column(field, "money", { part, whole }, undefined, opens),
    text: (field: Texts<Row> & ColumnName, about?: About) => column(field, "text", named(field), about),
    code: (field: Texts<Row> & ColumnName, about?: About) => column(field, "code", named(field), about),
    day: (field: Texts<Row> & ColumnName, about?: About) => column(field, "day", named(field), about),
    month: (field: Texts<Row> & ColumnName, about?: About) => column(field, "month", named(field), about),
    id: (field: Texts<Row> & ColumnName, about?: About) => column(field, "id", named(field), about),
    path: (field: Texts<Row> & ColumnName, about?: About) => column(field, "path", named(field), about),
    named: (field: Holding<Row, Named> & ColumnName, about?: About) =>
      column(field, "named", named(field), about),
    moment: (field: Holding<Row, Timestamp> & ColumnName, about?: About, name: ColumnName = field) =>
      column(field, "moment", named(name), about),
    date: (field: Holding<Row, Timestamp> & ColumnName, about?: About) =>
      column(field, "date", named(field), about),
    flag: (field: Holding<Row, boolean> & ColumnName, about?: About) =>
      column(field, "flag", named(field), about),
  };
}

/** A text, a list or something named that is not there. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null && "id" in value && "name" in value) {
    return value.id === "" && value.name === "";
  }
  return value === "" || (Array.isArray(value) && value.length === 0);
}

export function titleOf(title: Column<never>["title"], { text, code }: Format): string {
  if ("code" in title) {
    return code(title.code);
  }
  if ("name" in title) {
    return text(`column.${title.name}`);
  }
  return "part" in title
    ? `${text(`column.${title.part}`)} ÷ ${text(`column.${title.whole}`)}`
    : `${text(`column.${title.from}`)} → ${text(`column.${title.until}`)}`;
}

/** What a column means, in words. */
export function meaningOf(column: Column<never>, { text }: Format): string | undefined {
  const { title, about, kind } = column;
  if ("part" in title) {
    const values = { part: text(`column.${title.part}`), whole: text(`column.${title.whole}`) };
    return text(kind === "share" ? "about.ratio" : "about.mean", values);
  }
  if ("from" in title) {
    const values = { from: text(`column.${title.from}`), until: text(`column.${title.until}`) };
    return text("about.way", values);
  }
  return about === undefined ? undefined : text(`about.${about}`);
}

/** A cell as text. */
export function shown(cell: Cell, format: Format): string {
  switch (cell.kind) {
    case "count":
      return format.count(cell.value);
    case "share":
      return format.share(cell.value);
    case "span":
      return format.span(cell.value);
    case "hours":
      return format.hours(cell.value);
    case "parts":
      return format.small(cell.value, 6);
    case "hundredths":
      return format.small(cell.value, 2);
    case "money":
      return format.money(cell.value);
    case "moneys":
      return cell.value.map(format.money).join(" · ");
    case "code":
      return format.code(cell.value);
    case "day":
      return format.day(cell.value);
    case "month":
      return format.month(cell.value);
    case "id":
      return shortId(cell.value);
    case "path":
      return cell.value
        .split(" > ")
        .map((channel) => format.code(channel))
        .join(" → ");
    case "named":
      return cell.value.name === "" ? format.code(cell.value.id) : cell.value.name;
    case "moment":
      return format.moment(cell.value);
    case "date":
      return format.date(cell.value);
    case "flag":
      return format.text(cell.value ? "value.yes" : "value.no");
    default:
      return cell.value;
  }
}

const NUMERIC: readonly Kind[] = [
  "count",
  "share",
  "span",
  "hours",
  "parts",
  "hundredths",
  "money",
  "moneys",
];

/** Whether it stands on the right, as numbers do. */
export function isNumeric(kind: Kind): boolean {
  return NUMERIC.includes(kind);
}

/** A label of a row as people read it. */
export function keyText(key: Key, format: Format): string {
  switch (key.label) {
    case "day":
    case "week":
    case "month":
    case "quarter":
    case "year":
      return format.start(key.label, key.value);
    default:
      if (key.value === "") {
        return format.text("view.none");
      }
      return key.name === key.value ? format.code(key.value) : key.name;
  }
}
