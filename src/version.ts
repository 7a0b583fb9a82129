declare const __VERSION__: string | undefined;

/** The version of package.json; filled in by the bundler, and "0.0.0-source" when the sources run unbundled. */
export const VERSION: string = typeof __VERSION__ === "string" ? __VERSION__ : "0.0.0-source";
