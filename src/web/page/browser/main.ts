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
});

// A page that nobody looks at takes nothing from the add-on.
document.addEventListener("visibilitychange", () => (document.hidden ? live.disconnect() : live.connect()));
setInterval(() => {
  if (document.hidden) return;
  live.check();
  if (live.isLost) return;
  ages.count();
  history.refresh();
}, TICK_MS);
if (!document.hidden) {
  live.connect();
  history.refresh();
}
