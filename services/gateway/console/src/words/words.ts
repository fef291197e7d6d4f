import { en } from "./en";

/** A catalogue: the sections and keys of the English one. */
export type Words = {
  readonly [Section in keyof typeof en]: { readonly [Key in keyof (typeof en)[Section]]: string };
};

/** A key of a catalogue: `report.funnel`. */
export type MessageKey = {
  [Section in keyof Words]: `${Section}.${keyof Words[Section] & string}`;
}[keyof Words];

/** The keys of one section. */
export type KeyOf<Section extends keyof Words> = keyof Words[Section] & string;

export { en };
