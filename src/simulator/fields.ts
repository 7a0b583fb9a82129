import { HomematicError } from "../base/errors.ts";
import type { LocalText } from "../base/local-text.ts";

/** How a value is entered. */
export type FieldInput =
  | { readonly kind: "flag" }
  | { readonly kind: "choice"; readonly values: Readonly<Record<string, LocalText>> }
  | { readonly kind: "number"; readonly min: number; readonly max: number; readonly optional: boolean; readonly fraction: boolean }
  | { readonly kind: "text" }
  | { readonly kind: "value" };

/** One value that a script or a person may set. */
export interface Field<Value> {
  readonly about: LocalText;
  readonly input: FieldInput;
  /** Undefined for what it does not take. */
  parse(value: unknown): Value | undefined;
}

export type Fields<Values> = { readonly [Name in keyof Values]: Field<Values[Name]> };

export function flag(about: LocalText): Field<boolean> {
  return { about, input: { kind: "flag" }, parse: (value) => (typeof value === "boolean" ? value : undefined) };
}

export function choice<Value extends string>(about: LocalText, values: Readonly<Record<Value, LocalText>>): Field<Value> {
  const isValue = (value: unknown): value is Value => typeof value === "string" && Object.hasOwn(values, value);
  return { about, input: { kind: "choice", values }, parse: (value) => (isValue(value) ? value : undefined) };
}

interface Range {
  readonly max: number;
  readonly min?: number;
  /** Only whole numbers unless true. */
  readonly fraction?: boolean;
}

export function number(about: LocalText, range: Range): Field<number> {
  return { about, input: numberInput(range, false), parse: (value) => (isWithin(range, value) ? value : undefined) };
}

/** Null leaves it as it is by itself. */
export function optionalNumber(about: LocalText, range: Range): Field<number | null> {
  const parse = (value: unknown): number | null | undefined => (value === null || isWithin(range, value) ? value : undefined);
  return { about, input: numberInput(range, true), parse };
}

export function text(about: LocalText): Field<string> {
  return { about, input: { kind: "text" }, parse: (value) => (typeof value === "string" ? value : undefined) };
}

/** What a device may say in JSON; every number that is not whole is a double. */
export function deviceValue(about: LocalText): Field<string | number | boolean> {
  const parse = (value: unknown): string | number | boolean | undefined =>
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined;
  return { about, input: { kind: "value" }, parse };
}

/** What a field takes, for messages and the documents. */
export function takes(input: FieldInput): string {
  switch (input.kind) {
    case "flag":
      return "true or false";
    case "choice":
      return `one of ${Object.keys(input.values).join(", ")}`;
    case "number":
      return `${input.optional ? "null or " : ""}a ${input.fraction ? "number" : "whole number"} from ${input.min} to ${input.max}`;
    case "text":
      return "a text";
    case "value":
      return "a text, a number, true or false";
  }
}

/** Throws CONFIG_INVALID that names the field, what was given and what is expected. */
export function parseField<Value>({ field, name, value }: { field: Field<Value>; name: string; value: unknown }): Value {
  const parsed = field.parse(value);
  if (parsed === undefined) throw invalid(`${name}: given ${JSON.stringify(value) ?? "nothing"}, expected ${takes(field.input)}`);
  return parsed;
}

/** The members of a JSON object. Throws CONFIG_INVALID for anything else. */
export function membersOf(name: string, value: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${name}: expected an object in { }`);
  return Object.entries(value);
}

export function invalid(message: string): HomematicError {
  return new HomematicError({ code: "CONFIG_INVALID", message });
}

function numberInput({ min = 0, max, fraction = false }: Range, optional: boolean): FieldInput {
  return { kind: "number", min, max, optional, fraction };
}

function isWithin({ min = 0, max, fraction = false }: Range, value: unknown): value is number {
  return typeof value === "number" && value >= min && value <= max && (fraction || Number.isInteger(value));
}
