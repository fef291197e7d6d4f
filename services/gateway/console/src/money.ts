import type { Money } from "../generated/tributary/type/v1/money_pb";

/** Digits after the point by ISO 4217, as the services count minor units; two for all that are not named. */
const DECIMALS: Record<string, number> = Object.fromEntries([
  ...words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
  ...words("BHD IQD JOD KWD LYD OMR TND", 3),
  ...words("CLF UYW", 4),
]);

function words(codes: string, digits: number): [string, number][] {
  return codes.split(" ").map((code) => [code, digits]);
}

export function decimalsOf(currency: string): number {
  return DECIMALS[currency] ?? 2;
}

/** A whole number of small units in large ones: `-1234.50` of 123450 hundredths. Never a floating-point number. */
export function decimal(units: bigint, digits: number): `${number}` {
  const sign = units < 0n ? "-" : "";
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const part = text.slice(text.length - digits);
  return (part === "" ? `${sign}${whole}` : `${sign}${whole}.${part}`) as `${number}`;
}

/** For the length of a bar, where the last digits do not matter. */
export function roughly(money: Money): number {
  return Number(decimal(money.minor, decimalsOf(money.currency)));
}
