import type { LocalText } from "../base/local-text.ts";
import { XmlRpcDouble, type XmlRpcValue } from "../xmlrpc/values.ts";
import {
  choice,
  deviceValue,
  type Field,
  type Fields,
  flag,
  invalid,
  membersOf,
  number,
  optionalNumber,
  parseField,
  text,
} from "./fields.ts";
import type { SimulatedInterface } from "./interface.ts";

/** Something that happens once to one interface. */
export type SimulatedAction = (simulated: SimulatedInterface) => void | Promise<void>;

interface ActionDefinition {
  readonly about: LocalText;
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** What is taken for parameters that are not given. */
  readonly usual: Readonly<Record<string, unknown>>;
  /** Throws CONFIG_INVALID that names the field, what was given and what is expected. */
  readonly parse: (parameters: ReadonlyMap<string, unknown>) => SimulatedAction;
}

const say = (en: string, de: string): LocalText => ({ en, de });

/** What can be done from outside, by name. */
export const ACTIONS: Readonly<Record<string, ActionDefinition>> = {
  sendEvent: action<{ address: string; parameter: string; value: string | number | boolean }>({
    about: say("A device says something", "Ein Gerät meldet etwas"),
    fields: {
      address: text(say("Channel, or number of a radio module", "Kanal oder Nummer eines Funkmoduls")),
      parameter: text(say("Name of the value", "Name des Werts")),
      value: deviceValue(say("The value", "Der Wert")),
    },
    usual: { address: "000A1BE98C2A41:1", parameter: "ACTUAL_TEMPERATURE", value: 21.5 },
    run: (simulated, { address, parameter, value }) => simulated.sendEvent({ address, parameter, value: onWire(value) }),
  }),
  burst: action<{ count: number }>({
    about: say("Many device events at once", "Viele Geräteereignisse auf einmal"),
    fields: { count: number(say("How many", "Wie viele"), { min: 1, max: 10_000 }) },
    usual: { count: 200 },
    run: (simulated, { count }) => simulated.burst(count),
  }),
  acknowledge: action({
    about: say("Service messages that stay are confirmed", "Bleibende Servicemeldungen werden bestätigt"),
    fields: {},
    usual: {},
    run: (simulated) => simulated.acknowledge(),
  }),
  dropClients: action({
    about: say("All clients are forgotten without a word", "Alle Clients werden wortlos vergessen"),
    fields: {},
    usual: {},
    run: (simulated) => simulated.dropClients(),
  }),
  takeOver: action<{ what: "url" | "id" }>({
    about: say("Another client takes our place", "Ein anderer Client nimmt unseren Platz ein"),
    fields: {
      what: choice(say("What it has in common with us", "Was er mit uns gemeinsam hat"), {
        url: say("our URL, under its own id", "unsere URL, unter seiner eigenen Id"),
        id: say("our id, at its own URL", "unsere Id, unter seiner eigenen URL"),
      }),
    },
    usual: { what: "id" },
    run: (simulated, { what }) => simulated.takeOver(what),
  }),
  restart: action<{ remembersClients: boolean; port: number | null }>({
    about: say("The process ends and starts anew", "Der Prozess endet und startet neu"),
    fields: {
      remembersClients: flag(say("It knows its clients afterwards", "Er kennt seine Clients danach")),
      port: optionalNumber(say("On another port; 0: any free one", "Auf einem anderen Port; 0: irgendein freier"), { max: 65_535 }),
    },
    usual: { remembersClients: true, port: null },
    run: (simulated, { remembersClients, port }) => simulated.restart({ remembersClients, port: port ?? simulated.port }),
  }),
};

/**
 * Reads an action from JSON: its name and its parameters in one object.
 * @throws HomematicError CONFIG_INVALID that names the field, what was given and what is expected.
 */
export function parseAction(input: unknown): SimulatedAction {
  const parameters = new Map(membersOf("action", input));
  const name = parameters.get("name");
  parameters.delete("name");
  const definition = typeof name === "string" && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (definition === undefined) throw invalid(`action.name: expected one of ${Object.keys(ACTIONS).join(", ")}`);
  return definition.parse(parameters);
}

function action<Parameters extends Readonly<Record<string, unknown>>>({
  about,
  fields,
  usual,
  run,
}: {
  about: LocalText;
  fields: Fields<Parameters>;
  usual: Parameters;
  run: (simulated: SimulatedInterface, parameters: Parameters) => void | Promise<void>;
}): ActionDefinition {
  const parse = (given: ReadonlyMap<string, unknown>): SimulatedAction => {
    const unknown = [...given.keys()].find((name) => !Object.hasOwn(fields, name));
    if (unknown !== undefined) throw invalid(`action: ${unknown} is no parameter of it`);
    let parameters = usual;
    for (const name in fields) {
      if (given.has(name)) parameters = { ...parameters, [name]: parseField({ field: fields[name], name, value: given.get(name) }) };
    }
    return (simulated) => run(simulated, parameters);
  };
  return { about, fields, usual, parse };
}

function onWire(value: string | number | boolean): XmlRpcValue {
  return typeof value === "number" && !Number.isInteger(value) ? new XmlRpcDouble(value) : value;
}
