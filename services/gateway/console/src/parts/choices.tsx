import { type MantineColorScheme, NativeSelect, useMantineColorScheme } from "@mantine/core";
import { LANGUAGES, LOCALES, type Locale } from "../words/text";
import { useConsole, useFormat } from "./console";

export function LanguageChoice() {
  const { format, locale, speak } = useConsole();
  return (
    <NativeSelect
      label={format.text("app.language")}
      value={locale}
      onChange={(event) => speak(event.currentTarget.value as Locale)}
      data={LOCALES.map((value) => ({ value, label: LANGUAGES[value] }))}
    />
  );
}

const SCHEMES = ["auto", "light", "dark"] as const satisfies MantineColorScheme[];

export function ThemeChoice() {
  const { text } = useFormat();
  const { colorScheme, setColorScheme } = useMantineColorScheme({
    // Stopping transitions takes a style element, which the policy of the page does not allow.
    keepTransitions: true,
  });
  return (
    <NativeSelect
      label={text("app.theme")}
      value={colorScheme}
      onChange={(event) => setColorScheme(event.currentTarget.value as MantineColorScheme)}
      data={SCHEMES.map((value) => ({ value, label: text(`app.${value}`) }))}
    />
  );
}
