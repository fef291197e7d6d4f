import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { Calls } from "../api/calls";
import type { Session } from "../api/session";
import { type Format, formatIn } from "../format";
import { type Locale, localeOf } from "../words/text";

const LANGUAGE = "tributary.language";

/** What all screens share. */
export interface Console {
  calls: Calls;
  session: Session;
  format: Format;
  locale: Locale;
  speak: (locale: Locale) => void;
  /** The day that periods are counted from. */
  today: Date;
}

const Shared = createContext<Console | undefined>(undefined);

interface Props {
  calls: Calls;
  session: Session;
  today: Date;
  children: ReactNode;
}

export function ConsoleProvider({ calls, session, today, children }: Props) {
  const [locale, setLocale] = useState(() =>
    localeOf(window.localStorage.getItem(LANGUAGE), navigator.languages),
  );
  const shared = useMemo(() => {
    document.documentElement.lang = locale;
    const speak = (locale: Locale) => {
      window.localStorage.setItem(LANGUAGE, locale);
      setLocale(locale);
    };
    return { calls, session, format: formatIn(locale), locale, speak, today };
  }, [calls, session, locale, today]);
  return <Shared value={shared}>{children}</Shared>;
}

export function useConsole(): Console {
  const shared = useContext(Shared);
  if (shared === undefined) {
    throw new Error("a screen outside of the console");
  }
  return shared;
}

export function useFormat(): Format {
  return useConsole().format;
}
