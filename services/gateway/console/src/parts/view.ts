import { useLocation, useRouter } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { parseSearch, printSearch, type Search } from "../search";

/** Where the console is on its host. */
export const BASE = "/console";

/** The address of a screen. */
export function hrefOf(path: string, search: Search = {}): string {
  return `${BASE}${path}${printSearch(search)}`;
}

/** The view that the address says, and how to change it: each change is a step that can be gone back. */
export function useView(): [Search, (change: Search) => void] {
  const router = useRouter();
  const text = useLocation({ select: (location) => location.searchStr });
  const search = useMemo(() => parseSearch(text), [text]);
  const change = useCallback(
    (change: Search) => {
      const path = router.state.location.pathname;
      router.history.push(hrefOf(path, { ...search, ...change }));
    },
    [router, search],
  );
  return [search, change];
}
