interface LogFunction {
  (message: string): void;
  (details: object, message: string): void;
}

/** The part of pino that the product uses. */
export interface Logger {
  debug: LogFunction;
  info: LogFunction;
  warn: LogFunction;
  error: LogFunction;
}

const ignore: LogFunction = () => {};

/** Swallows everything; the default of classes that are used without an application around them. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Puts the name of a part in front of each of its messages. */
export function namedLogger(logger: Logger, name: string): Logger {
  const prefixed =
    (level: keyof Logger): LogFunction =>
    (first: string | object, message?: string) => {
      if (typeof first === "string") logger[level](`${name}: ${first}`);
      else logger[level](first, `${name}: ${message ?? ""}`);
    };
  return { debug: prefixed("debug"), info: prefixed("info"), warn: prefixed("warn"), error: prefixed("error") };
}
