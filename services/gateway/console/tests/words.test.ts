import { isPluralElement, parse } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { CATALOGUES, codeIn, LOCALES, localeOf, textIn } from "../src/words/text";

function flat(locale: keyof typeof CATALOGUES): Map<string, string> {
  const sections = Object.entries(CATALOGUES[locale]);
  return new Map(
    sections.flatMap(([section, words]) =>
      Object.entries(words).map(([key, text]): [string, string] => [`${section}.${key}`, text]),
    ),
  );
}

const english = flat("en");

/** Names of the values that a message takes. */
function values(message: string): string[] {
  return [...new Set([...message.matchAll(/\{(\w+)[,}]/g)].map((match) => match[1] ?? ""))].sort();
}

describe.each(LOCALES)("the catalogue %s", (locale) => {
  const words = flat(locale);

  it("has the keys of the English one, and no others", () => {
    expect([...words.keys()]).toEqual([...english.keys()]);
  });

  it("leaves nothing empty", () => {
    expect([...words].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("takes the same values", () => {
    for (const [key, text] of words) {
      expect({ key, values: values(text) }).toEqual({ key, values: values(english.get(key) ?? "") });
    }
  });

  it("knows the plurals that its language has", () => {
    const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, text] of words) {
      for (const element of parse(text).filter(isPluralElement)) {
        expect({ key, forms: Object.keys(element.options) }).toEqual({
          key,
          forms: expect.arrayContaining(wanted),
        });
      }
    }
  });
});

it("counts as the languages do", () => {
  const rows = (locale: keyof typeof CATALOGUES, count: number) => textIn(locale)("view.rows", { count });
  expect([0, 1, 2].map((count) => rows("en", count))).toEqual(["0 rows", "1 row", "2 rows"]);
  expect([1, 3, 5, 21].map((count) => rows("ru", count))).toEqual([
    "1 строка",
    "3 строки",
    "5 строк",
    "21 строка",
  ]);
  expect([0, 1, 11, 2].map((count) => rows("lv", count))).toEqual([
    "0 rindu",
    "1 rinda",
    "11 rindu",
    "2 rindas",
  ]);
});

it("speaks what was chosen, else what the browser asks for, else English", () => {
  expect(localeOf("hu", ["ru"])).toBe("hu");
  expect(localeOf(null, ["de-AT", "lv-LV", "ru"])).toBe("lv");
  expect(localeOf("xx", ["de"])).toBe("en");
});

it("leaves codes of an installation as they are", () => {
  const code = codeIn(textIn("ru"));
  expect(code("cross_sale")).toBe("кросс-продажа");
  expect(code("door_to_door")).toBe("door to door");
});
