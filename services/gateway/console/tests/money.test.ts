import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decimalsOf } from "../src/money";

it("has the decimals that the services have", () => {
  const source = readFileSync("../../../libs/currency/src/lib.rs", "utf8");
  const table = /match currency \{([^}]*)\}/.exec(source)?.[1] ?? "";
  const arms = [...table.matchAll(/((?:"[A-Z]{3}"[\s|]*)+)=> (\d)/g)];
  expect(arms.length).toBeGreaterThan(2);
  for (const [, codes = "", digits] of arms) {
    for (const [, code = ""] of codes.matchAll(/"([A-Z]{3})"/g)) {
      expect({ code, decimals: decimalsOf(code) }).toEqual({ code, decimals: Number(digits) });
    }
  }
});
