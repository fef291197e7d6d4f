import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";

const ERROR_INFO = "google.rpc.ErrorInfo";

/** What went wrong, as people and those who help them need it. */
export interface Failure {
  message: string;
  /** Stable name, or that of the kind of failure. */
  reason: string;
  /** Where to look in traces and logs; empty when the gateway was not reached. */
  trace: string;
}

export function failureOf(error: unknown): Failure {
  const failure = ConnectError.from(error);
  return {
    message: failure.rawMessage,
    reason: reasonOf(failure) || Code[failure.code] || "Unknown",
    trace: failure.metadata.get("traceparent")?.split("-")[1] ?? "",
  };
}

/** The reason stands in a detail that services add to each of their failures. */
function reasonOf(failure: ConnectError): string {
  for (const detail of failure.details) {
    if ("type" in detail && detail.type === ERROR_INFO && detail.value instanceof Uint8Array) {
      return firstText(detail.value);
    }
  }
  return "";
}

/** Field 1 of a message. */
function firstText(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1 && type === WireType.LengthDelimited) {
      return reader.string();
    }
    reader.skip(type, field);
  }
  return "";
}
