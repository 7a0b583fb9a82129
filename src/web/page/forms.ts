import { type Html, html } from "./html.ts";

/** Where a form of the page goes, and what proves that it is ours. */
export interface FormView {
  readonly action: string;
  readonly token: string;
}

/** One button for each value of a field. */
export interface FormChoices {
  readonly label?: string;
  /** Sent along whatever is chosen. */
  readonly fields: Readonly<Record<string, string>>;
  readonly name: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

export function formOf({ action, token }: FormView, label: string): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="token" value="${token}"><button>${label}</button></form>`;
}

export function formOfChoices({ action, token }: FormView, { label, fields, name, choices }: FormChoices): Html {
  const hidden = Object.entries({ token, ...fields }).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`);
  const buttons = choices.map((choice) => html`<button name="${name}" value="${choice.value}">${choice.label}</button>`);
  return html`<form class="choices" method="post" action="${action}">${hidden}${label === undefined ? null : html`<span>${label}</span>`}${buttons}</form>`;
}
