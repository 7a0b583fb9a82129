declare const __PAGE_SCRIPT__: string | undefined;

/** What the browser runs, built from `browser/`; empty when the sources run unbundled: the page is complete without it. */
export const SCRIPT: string = typeof __PAGE_SCRIPT__ === "string" ? __PAGE_SCRIPT__ : "";
