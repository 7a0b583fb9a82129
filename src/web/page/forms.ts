import { type Html, html } from "./html.ts";

/** Where a form of the page goes, and what proves that it is ours. */
export interface FormView {
  readonly action: string;
  readonly token: string;
}

export function formOf({ action, token }: FormView, label: string): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="token" value="${token}"><button>${label}</button></form>`;
}
