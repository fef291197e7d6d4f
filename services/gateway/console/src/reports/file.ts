import type { Asked } from "../records/list";
import type { AnyReport } from "./index";
import type { Request } from "./report";

/** The address of a report or of records as a file. The method is chosen by any field of its request. */
export function fileAddress(file: NonNullable<AnyReport["file"]>, request: Request | Asked): string {
  const query = new URLSearchParams();
  add(query, file.name, { ...request, pageSize: 1 });
  query.append("byteOrderMark", "true");
  return `${file.path}?${query}`;
}

function add(query: URLSearchParams, at: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const one of value) {
      add(query, at, one);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      add(query, `${at}.${name}`, inner);
    }
  } else if (value !== undefined && (value !== "" || at.endsWith("s"))) {
    // In a list an empty text stands for "none"; elsewhere it is as good as nothing.
    query.append(at, String(value));
  }
}
