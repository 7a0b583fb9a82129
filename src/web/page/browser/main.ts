import { adopt } from "./adopt.ts";
import { Ages } from "./ages.ts";
import { assetsOf } from "./assets-of.ts";
import { Charts } from "./charts.ts";
import { History } from "./history.ts";
import { Live } from "./live.ts";

const TICK_MS = 1_000;

const ages = new Ages();
const history = new History(() => charts.draw());
const charts = new Charts(history);

const live = new Live({
  onPage(html) {
    const next = new DOMParser().parseFromString(html, "text/html");
    // A new version of the add-on has come while the page was open: its page needs its own style and script.
    if (assetsOf(next) !== assetsOf(document)) {
      location.reload();
      return;
    }
    document.title = next.title;
    ages.restart();
    adopt(document.body, next.body);
    charts.draw();
  },
  onLost: takeVerdictOffTitle,
});

/** It is read in the list of tabs, also of pages that nobody keeps up to date. */
function takeVerdictOffTitle(): void {
  document.title = document.title.split(" · ").at(-1) ?? "";
}

// A page that nobody looks at takes nothing from the add-on.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    live.connect();
    return;
  }
  live.disconnect();
  takeVerdictOffTitle();
});
setInterval(() => {
  if (document.hidden) return;
  live.check();
  if (live.isLost) return;
  ages.count();
  history.refresh();
}, TICK_MS);
if (document.hidden) takeVerdictOffTitle();
else {
  live.connect();
  history.refresh();
}
