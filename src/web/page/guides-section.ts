import type { CallbackTest } from "../callback-test.ts";
import { type FormView, formOf } from "./forms.ts";
import { type Html, html, sentence } from "./html.ts";
import { ageOf, icon, type View } from "./view.ts";

/** What the reader can do here beside reading. */
export interface Guides {
  /** Null: the way back cannot be tested. */
  readonly callbackTest: { readonly form: FormView; readonly last: CallbackTest["last"] } | null;
}

export function guidesSection({ callbackTest }: Guides, view: View): Html {
  const { guides } = view.texts;
  return html`<section class="card guides"><h2>${guides.title}</h2>
${
  callbackTest === null
    ? null
    : html`<div class="guide" id="callback-test"><h3>${guides.callback.title}</h3><p class="hint">${guides.callback.hint}</p>
${callbackTest.last === null ? null : result(callbackTest.last, view)}${formOf(callbackTest.form, guides.callback.button)}</div>`
}
<div class="guide"><h3>${guides.bundle.title}</h3><p class="hint">${guides.bundle.hint}</p>
<p><a class="button" href="support-bundle.json" download>${guides.bundle.button}</a></p></div>
</section>`;
}

function result({ ok, message, remedy, at }: NonNullable<CallbackTest["last"]>, view: View): Html {
  const { texts, language } = view;
  return html`<div class="cause ${ok ? "ok" : "problem"}">${icon(ok ? "ok" : "problem")}<div role="status"><p><strong>${sentence(message[language])}</strong></p>
${remedy === null ? null : html`<p>${texts.whatToDo}: ${sentence(remedy[language])}</p>`}<p class="hint">${texts.guides.callback.tested} ${texts.ago[0]}${ageOf(at, view)}${texts.ago[1]}</p></div></div>`;
}
