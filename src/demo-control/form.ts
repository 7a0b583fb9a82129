import { ACTIONS } from "../simulator/actions.ts";
import type { Field, FieldInput } from "../simulator/fields.ts";
import { SWITCHES } from "../simulator/switches.ts";

/** What a form of the page asks for, as the JSON that a script would have sent. */
export type FormRequest =
  | { readonly kind: "step"; readonly step: Readonly<Record<string, unknown>> }
  | { readonly kind: "scenario"; readonly name: string }
  | { readonly kind: "healthy" };

/** Reads the body of a form; what it holds is checked where the JSON of scripts is checked. */
export function parseForm(body: string): FormRequest {
  const form = new URLSearchParams(body);
  const name = form.get("name") ?? "";
  const target = { interface: form.get("interface") };
  switch (form.get("do")) {
    case "switches":
      return { kind: "step", step: { ...target, set: valuesOf(SWITCHES, form) } };
    case "action":
      return { kind: "step", step: { ...target, action: { name, ...valuesOf(ACTIONS[name]?.fields ?? {}, form) } } };
    case "scenario":
      return { kind: "scenario", name };
    default:
      return { kind: "healthy" };
  }
}

function valuesOf(fields: Readonly<Record<string, Field<unknown>>>, form: URLSearchParams): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, givenValue(input, form.get(name))]));
}

function givenValue({ kind }: FieldInput, given: string | null): unknown {
  switch (kind) {
    case "flag":
      return given !== null;
    case "number":
      return given === null || given === "" ? null : Number(given);
    case "value":
      return plainValue(given ?? "");
    default:
      return given;
  }
}

/** True, false and numbers as such, everything else as text. */
function plainValue(given: string): string | number | boolean {
  if (given === "true" || given === "false") return given === "true";
  return given.trim() === "" || Number.isNaN(Number(given)) ? given : Number(given);
}
