import { isList, type Schema } from "./manifest.ts";

/** Options that the Supervisor refuses; the message is the one that a user sees. */
export class OptionsRefused extends Error {}

type Fields = Readonly<Record<string, Schema>>;

/**
 * Checks options as the Supervisor does: unknown ones are dropped, and only `type?` and `[type?]` may be absent. A group or a list of groups
 * must be there although all that it holds may be absent, and a null counts as nothing.
 * @throws OptionsRefused
 */
export function validateOptions(schema: Fields, options: unknown): Readonly<Record<string, unknown>> {
  return fields(schema, options, "root");
}

function fields(schema: Fields, value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new OptionsRefused(`Expected a group for ${where}`);
  const given = Object.entries(value).filter(([key]) => key in schema);
  const checked = given.map(([key, entry]) => [key, any(schema[key] ?? "", entry, key)] as const);
  for (const [key, node] of Object.entries(schema)) {
    const first = isList(node) ? node[0] : node;
    const mayBeAbsent = typeof first === "string" && first.endsWith("?");
    if (!(key in value) && !mayBeAbsent) throw new OptionsRefused(`Missing option '${key}' in ${where}`);
  }
  return Object.fromEntries(checked);
}

function any(node: Schema, value: unknown, key: string): unknown {
  if (typeof node === "string") return single(node, value, key);
  if (!isList(node)) return fields(node, value, key);
  const [element = ""] = node;
  if (!Array.isArray(value)) throw new OptionsRefused(`Invalid list for option '${key}'`);
  return value.map((entry) => any(element, entry, key));
}

function single(type: string, value: unknown, key: string): unknown {
  if (value === null || value === undefined) throw new OptionsRefused(`Missing required option '${key}'`);
  const name = /^[a-z]+/.exec(type)?.[0] ?? "";
  const argument = /^[a-z]+\((.*)\)\??$/.exec(type)?.[1] ?? "";
  const refuse = (): never => {
    throw new OptionsRefused(`Invalid value for option '${key}': ${JSON.stringify(value)}`);
  };
  switch (name) {
    case "bool":
      return typeof value === "boolean" ? value : refuse();
    case "port":
      return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535 ? value : refuse();
    case "str":
    case "password":
      return typeof value === "string" ? value : refuse();
    case "list":
      return argument.split("|").includes(String(value)) ? value : refuse();
    case "match":
      return typeof value === "string" && new RegExp(argument).test(value) ? value : refuse();
    default:
      throw new Error(`the stand-in Supervisor knows no type ${type}`);
  }
}

/** The schema as the Supervisor gives it to the form in the frontend. */
export function formOf(schema: Fields): readonly object[] {
  return Object.entries(schema).map(([name, node]) => formField(name, node));
}

function formField(name: string, node: Schema, multiple = false): object {
  if (isList(node)) return formField(name, node[0] ?? "", true);
  if (typeof node !== "string") return { name, type: "schema", optional: true, multiple, schema: formOf(node) };
  const [kind = ""] = /^[a-z]+/.exec(node) ?? [];
  const options = kind === "list" ? { options: /\((.*)\)/.exec(node)?.[1]?.split("|") } : {};
  return {
    name,
    ...(multiple && { multiple }),
    ...(node.endsWith("?") ? { optional: true } : { required: true }),
    ...(FORM_TYPES[kind] ?? { type: "string" }),
    ...options,
  };
}

const FORM_TYPES: Readonly<Record<string, object>> = {
  password: { type: "string", format: "password" },
  bool: { type: "boolean" },
  port: { type: "integer" },
  list: { type: "select" },
};
