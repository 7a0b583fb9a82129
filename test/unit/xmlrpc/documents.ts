const EVENT_PARAMS = "<param><value>id</value></param><param><value>OEQ1:0</value></param><param><value>UNREACH</value></param>";

/** One untyped call as rfd writes it, with `value` as the last parameter. */
export function eventCall(value: string, prolog = '<?xml version="1.0" encoding="iso-8859-1"?>'): string {
  return `${prolog}<methodCall><methodName>event</methodName><params>${EVENT_PARAMS}<param>${value}</param></params></methodCall>`;
}

export function response(value: string): Buffer {
  return Buffer.from(`<?xml version="1.0"?><methodResponse><params><param>${value}</param></params></methodResponse>`);
}

/** `depth` arrays inside each other. */
export function nested(depth: number): string {
  return "<value><array><data>".repeat(depth) + "</data></array></value>".repeat(depth);
}
