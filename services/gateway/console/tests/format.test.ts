import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { MoneySchema } from "../generated/tributary/type/v1/money_pb";
import { formatIn } from "../src/format";
import { decimal, decimalsOf } from "../src/money";

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");
const money = (minor: bigint, currency: string) => create(MoneySchema, { minor, currency });

it("writes small units in large ones without rounding", () => {
  expect(decimal(123_450n, 2)).toBe("1234.50");
  expect(decimal(-5n, 2)).toBe("-0.05");
  expect(decimal(0n, 2)).toBe("0.00");
  expect(decimal(1_500n, 0)).toBe("1500");
  expect(decimal(7n, 4)).toBe("0.0007");
  expect(decimal(-(2n ** 63n), 2)).toBe("-92233720368547758.08");
});

it("knows the decimals of currencies", () => {
  expect(["EUR", "HUF", "RUB", "JPY", "KWD", "CLF"].map(decimalsOf)).toEqual([2, 2, 2, 0, 3, 4]);
});

it("writes money as each language does, to the last cent", () => {
  const written = (locale: "en" | "ru" | "hu" | "lv", minor: bigint, currency = "EUR") =>
    plain(formatIn(locale).money(money(minor, currency)));
  expect(written("en", 123_450n)).toBe("€1,234.50");
  expect(written("en", 250_000n)).toBe("€2,500");
  expect(written("ru", 123_450n)).toBe("1 234,50 €");
  expect(written("hu", 12_345_600n, "HUF")).toBe("123 456 Ft");
  expect(written("lv", 123_450n)).toBe("1234,50 €");
  expect(written("en", 1_500n, "JPY")).toBe("¥1,500");
  expect(written("en", 9_223_372_036_854_775_807n)).toBe("€92,233,720,368,547,758.07");
});

it("writes shares to the basis point and spans in two units", () => {
  const { share, span, small, hours } = formatIn("en");
  expect([3_333n, 10_000n, -250n].map(share)).toEqual(["33.33%", "100%", "-2.5%"]);
  expect([0n, 59n, 3_600n, 93_784n, 90_000n].map(span)).toEqual([
    "0 sec",
    "59 sec",
    "1 hr",
    "1 day 2 hr",
    "1 day 1 hr",
  ]);
  expect(small(1_250_000n, 6)).toBe("1.25");
  expect(hours(90n)).toBe("1.5");
});

it("writes the beginnings of spans", () => {
  const { start } = formatIn("en");
  expect(start("month", "2026-11-01")).toBe("Nov 2026");
  expect(start("quarter", "2026-10-01")).toBe("Q4 2026");
  expect(start("year", "2026-01-01")).toBe("2026");
  expect(start("week", "2026-11-23")).toBe("Nov 23, 2026");
});
