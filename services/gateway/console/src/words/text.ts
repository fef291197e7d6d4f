import { IntlMessageFormat } from "intl-messageformat";
import { hu } from "./hu";
import { lv } from "./lv";
import { ru } from "./ru";
import { en, type KeyOf, type MessageKey, type Words } from "./words";

export const CATALOGUES = { en, ru, hu, lv } satisfies Record<string, Words>;

export type Locale = keyof typeof CATALOGUES;

export const LOCALES = Object.keys(CATALOGUES) as Locale[];

/** What each language calls itself. */
export const LANGUAGES: Record<Locale, string> = {
  en: "English",
  ru: "Русский",
  hu: "Magyar",
  lv: "Latviešu",
};

export type Values = Record<string, string | number>;

export type Text = (key: MessageKey, values?: Values) => string;

/** The language that was chosen, else the first one of the browser that is ours. */
export function localeOf(chosen: string | null, wanted: readonly string[]): Locale {
  const known = (tag: string) => LOCALES.find((locale) => tag.toLowerCase().split("-")[0] === locale);
  const first = [chosen ?? "", ...wanted].map(known).find((locale) => locale !== undefined);
  return first ?? "en";
}

/** The text behind each key, with its values in the places that the language puts them. */
export function textIn(locale: Locale): Text {
  const parsed = new Map<MessageKey, IntlMessageFormat>();
  return (key, values) => {
    const message = messageOf(CATALOGUES[locale], key);
    if (values === undefined) {
      return message;
    }
    let format = parsed.get(key);
    if (format === undefined) {
      format = new IntlMessageFormat(message, locale);
      parsed.set(key, format);
    }
    return String(format.format(values));
  };
}

function messageOf(words: Words, key: MessageKey): string {
  const [section, name] = key.split(".") as [keyof Words, string];
  return (words[section] as Record<string, string>)[name] ?? key;
}

const ID = /^[a-z]+_[0-9a-f]{32}$/;

/** As much of an id as tells it from others that are near: its prefix and its end. */
export function shortId(id: string): string {
  const [, prefix = "", rest = ""] = /^([a-z]*_)?(.*)$/.exec(id) ?? [];
  return rest.length > 12 ? `${prefix}…${rest.slice(-8)}` : id;
}

/** A code as people call it. Directories of an installation have codes of their own, which stay as they are. */
export function codeIn(text: Text): (code: string) => string {
  return (code) => {
    const lower = code.toLowerCase();
    const known = Object.hasOwn(en.value, lower);
    if (known) {
      return text(`value.${lower as KeyOf<"value">}`);
    }
    return ID.test(code) ? shortId(code) : code.replaceAll("_", " ");
  };
}
