import { expect, it } from "vitest";
import { inside } from "../src/screens/SignInScreen";
import { endOf, intersection, parseSearch, periodOf, printSearch, type Search } from "../src/search";

it("reads what it writes", () => {
  const search: Search = {
    from: "2026-01-01",
    to: "2026-11-30",
    by: ["month", "channel"],
    channel: ["form", ""],
    source: ["a&b=c", "Ünïcode > ?"],
    number: "funnel.leads",
  };
  expect(parseSearch(printSearch(search))).toEqual(search);
  expect(printSearch({})).toBe("");
  expect(printSearch({ period: undefined, by: [] })).toBe("");
});

it("passes over what it does not know", () => {
  expect(parseSearch("?period=year&evil=1&from=")).toEqual({ period: "year" });
});

it("counts periods from a day", () => {
  const today = new Date("2026-01-15T23:59:00Z");
  const check = (period: string | undefined, from: string, to: string) =>
    expect({ period, ...periodOf({ period }, today) }).toEqual({ period, from, to });
  check("month", "2026-01-01", "2026-01-31");
  check("lastMonth", "2025-12-01", "2025-12-31");
  check("quarter", "2026-01-01", "2026-03-31");
  check("year", "2026-01-01", "2026-12-31");
  check(undefined, "2025-02-01", "2026-01-31");
  check("all", "", "");
  expect(periodOf({ from: "2025-05-05", period: "all" }, today)).toEqual({ from: "2025-05-05", to: "" });
});

it("knows where spans end", () => {
  expect(endOf("week", "2026-12-28")).toBe("2027-01-03");
  expect(endOf("month", "2028-02-01")).toBe("2028-02-29");
  expect(endOf("quarter", "2026-10-01")).toBe("2026-12-31");
  expect(endOf("year", "2026-01-01")).toBe("2026-12-31");
});

it("takes the days that are in both periods", () => {
  const month = { from: "2026-11-01", to: "2026-11-30" };
  expect(intersection({ from: "", to: "" }, month)).toEqual(month);
  expect(intersection({ from: "2026-11-10", to: "" }, month)).toEqual({
    from: "2026-11-10",
    to: "2026-11-30",
  });
  expect(intersection({ from: "", to: "2026-11-20" }, month)).toEqual({
    from: "2026-11-01",
    to: "2026-11-20",
  });
});

it("goes nowhere but to its own screens after signing in", () => {
  expect(inside("/campaigns?period=all")).toBe("/console/campaigns?period=all");
  for (const foreign of [undefined, "", "https://evil.example", "//evil.example", "/\\evil.example"]) {
    expect(inside(foreign)).toBe("/console/funnel");
  }
});
