import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CAUSES } from "../../../src/diagnosis/causes.ts";
import { EXPLANATIONS } from "../../../src/web/page/explanations.ts";
import { renderPage } from "../../../src/web/page/render-page.ts";
import { isLanguage, type Language, TEXTS } from "../../../src/web/page/texts.ts";
import type { AppStatus, IncidentStatus } from "../../../src/web/status.ts";
import { companionStatus } from "./companion-fixture.ts";
import {
  ALL_SIGNALS,
  ago,
  appStatus,
  cause,
  ccuStatus,
  EVENTS_LOST,
  INCIDENTS,
  interfaceStatus,
  NOW_MS,
  path,
  UNMEASURED,
} from "./status-fixture.ts";

const REFUSING: AppStatus["homeAssistant"] = { state: "waiting", since: ago(9), message: { en: "Refused.", de: "Abgelehnt." } };

function render(status: AppStatus, language: Language = "en"): string {
  return renderPage({ status, language, nowMs: NOW_MS });
}

/** What a reader sees: markup taken out, white space folded, hard spaces made plain. */
function words(html: string): string {
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/[\s\u00a0]+/g, " ")
    .replaceAll("&#39;", "'");
}

function verdict(status: AppStatus, language: Language = "en"): string {
  return words(/<div role="status">(.*?)<\/div>/s.exec(render(status, language))?.[1] ?? "").trim();
}

describe("the verdict", () => {
  it.each<[string, AppStatus, string, string]>([
    ["everything works", appStatus(), "All well", "Alles in Ordnung"],
    ["nothing was measured", appStatus({ ccus: [UNMEASURED] }), "Nothing measured yet", "Noch nichts gemessen"],
    ["one of two was not measured", appStatus({ ccus: [ccuStatus(), UNMEASURED] }), "Nothing measured yet", "Noch nichts gemessen"],
    ["there is no CCU", appStatus({ ccus: [] }), "No CCU is configured", "Keine CCU eingerichtet"],
    [
      "events are lost",
      appStatus({ ccus: [EVENTS_LOST] }),
      "Something is wrong HmIP-RF : sends no events",
      "Etwas stimmt nicht HmIP-RF : sendet keine Ereignisse",
    ],
    [
      "events are lost at one of two",
      appStatus({ ccus: [ccuStatus({ name: "Attic" }), { ...EVENTS_LOST, name: "Cellar" }] }),
      "Something is wrong Cellar , HmIP-RF : sends no events",
      "Etwas stimmt nicht Cellar , HmIP-RF : sendet keine Ereignisse",
    ],
    [
      "health is low and no path fails",
      appStatus({ ccus: [ccuStatus({ sensors: { ...ccuStatus().sensors, systemHealth: { value: 99.9, unit: "%" } } })] }),
      "Something needs a look CCU : does not have full health",
      "Etwas braucht einen Blick CCU : ist nicht völlig gesund",
    ],
    [
      "Home Assistant refuses",
      appStatus({ homeAssistant: REFUSING }),
      "Something is wrong Home Assistant : It does not get the values. Refused.",
      "Etwas stimmt nicht Home Assistant : Es bekommt die Werte nicht. Abgelehnt.",
    ],
    ...([1, 2, 3] as const).map((step): [string, AppStatus, string, string] => [
      `the first run is greeted at step ${step} of the guide`,
      appStatus({ homeAssistant: REFUSING, companion: companionStatus({ step }) }),
      "All well",
      "Alles in Ordnung",
    ]),
    ...[
      companionStatus({ state: "running", step: 4 }),
      companionStatus({ state: "unknown", step: 2 }),
      companionStatus({ state: "edited", step: null }),
    ].map((companion): [string, AppStatus, string, string] => [
      `Home Assistant refuses while the integration is ${companion.state}`,
      appStatus({ homeAssistant: REFUSING, companion }),
      "Something is wrong Home Assistant : It does not get the values. Refused.",
      "Etwas stimmt nicht Home Assistant : Es bekommt die Werte nicht. Abgelehnt.",
    ]),
    [
      "Home Assistant gets the values, but not all can be shown",
      appStatus({ homeAssistant: { ...REFUSING, state: "publishing" } }),
      "Something needs a look Home Assistant : Refused.",
      "Etwas braucht einen Blick Home Assistant : Abgelehnt.",
    ],
    [
      "Home Assistant is being connected",
      appStatus({ homeAssistant: { state: "connecting", since: ago(1), message: null } }),
      "All well",
      "Alles in Ordnung",
    ],
    [
      "Home Assistant is not configured",
      appStatus({ homeAssistant: { state: "off", since: ago(9), message: { en: "Enter an address.", de: "Adresse eintragen." } } }),
      "All well",
      "Alles in Ordnung",
    ],
  ])("when %s", (_name, status, en, de) => {
    expect(verdict(status)).toBe(en);
    expect(verdict(status, "de")).toBe(de);
  });

  it("names three problems, the worst first, and counts the others; what several interfaces share is said once", () => {
    const failing = { command: path({ state: "failing" }), event: path({ state: "failing" }), radio: path() };
    const alike = ["A", "B"].map((name) => interfaceStatus({ name, paths: failing }));
    const others = [cause("duty_cycle_high"), cause("carrier_sense_high"), cause("timeout")];
    const interfaces = [...alike, ...others.map((one, index) => interfaceStatus({ name: `I${index}`, cause: one }))];
    const { remedy } = CAUSES.timeout;
    expect(verdict(appStatus({ ccus: [ccuStatus({ interfaces })] }))).toBe(
      `Something is wrong A , B : does not answer commands, sends no events I2 : ${CAUSES.timeout.text.en} What to do: ${remedy.en} I0 : ${CAUSES.duty_cycle_high.text.en} What to do: ${CAUSES.duty_cycle_high.remedy.en} + 1 more`,
    );
  });

  it("takes a notice for no problem, but shows it at its interface", () => {
    const notice = cause("ping_unsupported");
    const status = appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ cause: notice })] })] });
    expect(verdict(status)).toBe("All well");
    expect(words(render(status))).toContain(notice.message.en);
  });

  it("is in the title, and holds nothing that counts, so that it is read out only when it changes", () => {
    const page = render(appStatus({ ccus: [EVENTS_LOST] }));
    expect(page).toContain("<title>Something is wrong · Homematic Vitals</title>");
    const [section] = /<div role="status">.*?<\/div>/s.exec(page) ?? expect.fail("no verdict");
    expect(section).not.toContain("data-age");
  });

  it("says what devices ask for while all is well, of all CCUs together, and not while something else comes first", () => {
    const { worthALook } = TEXTS.en.verdict;
    const section = (status: AppStatus): string => words(/<section class="verdict.*?<\/section>/s.exec(render(status))?.[0] ?? "");
    expect(section(appStatus({ ccus: [ccuStatus(), ccuStatus()] }))).toContain(`${worthALook}: Low batteries (2), Service messages (2) `);
    expect(section(appStatus({ ccus: [EVENTS_LOST] }))).not.toContain(worthALook);
    const signals = { ...ccuStatus().signals, lowBatteries: null, serviceMessages: { value: 0, list: [] } };
    expect(section(appStatus({ ccus: [ccuStatus({ signals })] }))).not.toContain(worthALook);
  });

  it("says what to do when there is nothing to show", () => {
    for (const language of ["en", "de"] as const) {
      const { wait, enterCcu } = TEXTS[language].verdict;
      expect(words(render(appStatus({ ccus: [UNMEASURED] }), language))).toContain(wait);
      expect(words(render(appStatus({ ccus: [] }), language))).toContain(enterCcu);
    }
  });

  it("says since when it is so", () => {
    const since = (status: AppStatus): string => words(/<section class="verdict.*?<\/section>/s.exec(render(status))?.[0] ?? "");
    expect(since(appStatus())).toMatch(/ All well for 1 h 2 min Worth a look /);
    expect(since(appStatus({ ccus: [EVENTS_LOST] }))).toMatch(/ for 1 min 35 s $/);
    expect(since(appStatus({ ccus: [UNMEASURED] }))).not.toContain(" for ");
  });
});

describe("a CCU", () => {
  it("shows the three hub sensors with their units, the age in human form and in seconds", () => {
    const text = words(render(appStatus()));
    expect(text).toContain("System health 100 %");
    expect(text).toContain("Connection latency 12.3 ms");
    expect(text).toContain("Last event age 1 min 35 s 95 s ·");
    expect(words(render(appStatus({ ccus: [EVENTS_LOST] }), "de"))).toContain("Verbindungslatenz 2.345,6 ms");
  });

  it("does not say an age twice that is in seconds anyway", () => {
    const sensors = { ...ccuStatus().sensors, lastEventAge: { value: 36, unit: "s" } };
    expect(words(render(appStatus({ ccus: [ccuStatus({ sensors })] })))).toContain("Last event age 36 s since a device");
  });

  it("ends what the log says without a full stop, and only that", () => {
    const said = (en: string): string => words(render(appStatus({ homeAssistant: { ...REFUSING, message: { en, de: en } } })));
    expect(said("It starts")).toContain("for 9 s It starts. ");
    expect(said("It starts.")).toContain("for 9 s It starts. ");
  });

  it("says in words that nothing was measured", () => {
    for (const language of ["en", "de"] as const) {
      const { sensors, nothing } = TEXTS[language];
      const text = words(render(appStatus({ ccus: [UNMEASURED] }), language));
      for (const name of Object.values(sensors)) expect(text).toContain(`${name} – ${nothing}`);
      expect(text).not.toMatch(/null|NaN|undefined|Infinity/);
    }
  });

  it("shows the cause of an interface with its remedy and since when, in the reader's language", () => {
    const status = appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ cause: cause("connection_refused") })] })] });
    for (const language of ["en", "de"] as const) {
      const { text, remedy } = CAUSES.connection_refused;
      const { whatToDo, since } = TEXTS[language];
      expect(words(render(status, language))).toContain(`${text[language]} ${since} 2 min 0 s ${whatToDo}: ${remedy[language]}`);
    }
  });

  it("says nothing of what the product says in English only", () => {
    const page = render(appStatus({ ccus: [EVENTS_LOST], homeAssistant: REFUSING }), "de");
    expect(page).not.toContain("no PONG for 95 s");
    expect(page).not.toContain("does not call back");
    expect(page).not.toContain("Refused.");
    expect(page).toContain("Abgelehnt.");
  });

  it("shows what modules and devices say, and which they are", () => {
    const text = words(render(appStatus()));
    expect(text).toContain("Unreachable devices 0");
    expect(text).toContain("Low batteries 1 Show which HmIP-SWDO 0000D3C98F2E66");
    expect(text).toContain("Duty cycle 12 % Show which HMIP_CCU2 3014F711A0001F: 12 %");
    expect(text).not.toContain("Carrier sense");
    expect(text).toContain("HmIP-SWDO 0000D3C98F2E66 · battery low");
    expect(words(render(appStatus(), "de"))).toContain("HmIP-SWDO 0000D3C98F2E66 · Batterie schwach");
  });

  it("shows a share of the sending time as whole as in the list of what it is made of", () => {
    const dutyCycle = { value: 6.5, list: ["HMIP_CCU2: 7 %"] };
    expect(words(render(appStatus({ ccus: [ccuStatus({ signals: { ...ccuStatus().signals, dutyCycle } })] })))).toContain(
      "Duty cycle 7 % Show",
    );
  });

  it("names devices that are unusually silent, since when, what is usual for them, and who was not heard at all", () => {
    const text = words(render(appStatus({ ccus: [ALL_SIGNALS] })));
    expect(text).toContain(
      "Silent devices 2 Show which HmIP-STHD 000E9BE98C2A77 · silent for 5 h 0 min (so far at most 3 min 0 s) HmIP-SMI 000C1BE98C2A11 · silent for 3 d 0 h Not heard since the start: 1 HmIP-BROLL 0008D3C98F0042",
    );
    expect(words(render(appStatus({ ccus: [ALL_SIGNALS] }), "de"))).toContain("still seit 5 h 0 min (bisher höchstens 3 min 0 s)");
    expect(words(render(appStatus()))).toContain("Silent devices 0 Not heard since the start: 1");
  });

  it("does not call devices silent or lively while their events do not arrive", () => {
    const traffic = { ...interfaceStatus().traffic, silentDevices: null };
    const text = words(render(appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ traffic })] })] })));
    expect(text).toContain(`Silent devices – ${TEXTS.en.nothing} Not heard since the start: 1`);
  });

  it("says nothing of silent devices where there is no radio", () => {
    const traffic = { ...interfaceStatus().traffic, silentDevices: null, unheardDevices: null };
    const text = words(render(appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ traffic })] })] })));
    expect(text).not.toContain("Silent devices");
  });

  it("shows a service message that it has no words for as it is", () => {
    const serviceMessages = { value: 2, list: ["HmIP-X 1 toString", "ERROR_OVERHEAT"] };
    const text = words(render(appStatus({ ccus: [ccuStatus({ signals: { ...ccuStatus().signals, serviceMessages } })] })));
    expect(text).toContain("HmIP-X 1 toString ERROR_OVERHEAT");
  });

  it("shows what is on record of incidents, and how reliable the CCU was", () => {
    const text = words(render(appStatus({ ccus: [ALL_SIGNALS] }), "de"));
    expect(text).toContain("Vorfälle Verfügbarkeit 24 Stunden 99,3 % 7 Tage 99,9 % 30 Tage 99,9 %");
    expect(text).toContain("HmIP-RF : Die CCU lehnt die Verbindung ab. vor 2 min 0 s · dauert an");
    expect(text).toContain("BidCos-RF : gestört, ohne bekannte Ursache vor 1 d 1 h · dauerte 10 min 0 s (soweit beobachtet)");
    expect(words(render(appStatus()))).toContain("No incident is on record.");
  });

  it("tells of interfaces that were lost together once", () => {
    const [first = expect.fail("none")] = INCIDENTS;
    const lost = (name: string, seconds: number, more: Partial<IncidentStatus> = {}): IncidentStatus => ({
      ...first,
      interface: name,
      startedAt: ago(seconds),
      endedAt: ago(seconds - 90),
      durationSeconds: 90,
      ...more,
    });
    const incidents = [
      lost("HmIP-RF", 170, { durationSeconds: 80 }),
      lost("BidCos-RF", 180),
      lost("VirtualDevices", 185, { cause: "timeout", message: { en: "The CCU does not answer in time.", de: "" } }),
      lost("BidCos-RF", 200),
      lost("HmIP-RF", 300, { endedAt: null, durationSeconds: null }),
    ];
    const text = words(render(appStatus({ ccus: [ccuStatus({ incidents })] })));
    expect(text).toMatch(
      new RegExp(
        [
          "BidCos-RF , HmIP-RF : The CCU refuses the connection. 3 min 0 s ago · lasted 1 min 30 s What happened \\( BidCos-RF \\)",
          "VirtualDevices : The CCU does not answer in time. 3 min 5 s ago · lasted 1 min 30 s What happened",
          "BidCos-RF : The CCU refuses the connection. 3 min 20 s ago",
          "HmIP-RF : The CCU refuses the connection. 5 min 0 s ago · still going on",
        ].join(".*"),
      ),
    );
  });

  it("shows the last five outages, and says how many more there are", () => {
    const [first = expect.fail("none")] = INCIDENTS;
    const incidents = Array.from({ length: 7 }, (_, hour) => ({ ...first, startedAt: ago(3_600 * (hour + 1)) }));
    const text = words(render(appStatus({ ccus: [ccuStatus({ incidents })] })));
    expect(text).toContain("5 h 0 min ago");
    expect(text).not.toContain("6 h 0 min ago");
    expect(text).toContain("+ 2 more");
  });

  it("tells what happened in an incident from shortly before it began, not the hours before", () => {
    const entry = (seconds: number, text: string) => ({ at: ago(seconds), kind: "call", text, message: { en: text, de: text } }) as const;
    const before = [200, 185, 170, 155].map((seconds) => entry(seconds, `ping ${seconds}`));
    const [first] = INCIDENTS;
    const incident = {
      ...(first ?? expect.fail("none")),
      startedAt: ago(120),
      timeline: [...before, entry(120, "ping failed"), entry(90, "again")],
    };
    const text = words(render(appStatus({ ccus: [ccuStatus({ incidents: [incident] })] })));
    expect(text).toMatch(/What happened [^·]* · ping 170 [^·]* · ping 155 [^·]* · ping failed [^·]* · again /);
  });

  it("says how long a CCU was watched until that is a whole month", () => {
    const availability = ALL_SIGNALS.availability ?? expect.fail("not known");
    const young = ccuStatus({ availability: { ...availability, month: { ...availability.month, watchedSeconds: 143 } } });
    expect(words(render(appStatus({ ccus: [young] })))).toContain("Availability · watched for 2 min 23 s 24 hours");
    expect(words(render(appStatus({ ccus: [young] }), "de"))).toContain("Verfügbarkeit · 2 min 23 s lang beobachtet 24 Stunden");
    expect(words(render(appStatus()))).toContain("Availability 24 hours");
  });

  it("tells what happened in an incident in the language of the page, and marks what is on record in English only", () => {
    const page = render(appStatus({ ccus: [ALL_SIGNALS] }), "de");
    expect(page).toContain(
      '<span lang="de"><bdi>ping fehlgeschlagen: Die CCU lehnt die Verbindung ab (192.168.178.20:2010) [CONNECTION_REFUSED]</bdi></span>',
    );
    expect(page).toContain('<span lang="en"><bdi>socket hang up</bdi></span>');
  });

  it("shows where a connection is stuck, who talks most, who else listens and what was lost", () => {
    const text = words(render(appStatus({ ccus: [ALL_SIGNALS] })));
    for (const part of [
      "Step 6 of 8: register for events",
      "HmIP-PSM-2 0001D3C99C0001 · 1.2 per minute",
      "ReGaHss · 40 s ago · every 1 min 0 s",
      "The duty cycle rises by 12.5 % per hour · limit reached in about 1 h 30 min",
      "Events probably lost 7",
    ]) {
      expect(text).toContain(part);
    }
    expect(words(render(appStatus()))).not.toMatch(/Step \d|probably lost|rises/);
  });

  it("explains every figure without a script", () => {
    for (const language of ["en", "de"] as const) {
      const text = words(render(appStatus({ ccus: [ALL_SIGNALS] }), language)).replaceAll("&#39;", "'");
      for (const explanation of Object.values(EXPLANATIONS)) expect(text).toContain(explanation[language]);
    }
  });

  it("shows each path of an interface in words, with since, reason and last success", () => {
    const text = words(render(appStatus({ ccus: [EVENTS_LOST] })));
    expect(text).toContain("HmIP-RF waiting to reconnect · for 1 h 2 min · next attempt in 12 s");
    expect(text).toContain("Commands OK for 1 h 2 min the CCU answers our calls");
    expect(text).toContain("Events failing for 1 min 35 s sends no events last OK 1 min 50 s ago");
    expect(text).toContain("Radio not known at present Latency");
    for (const figure of ["2,345.6 ms average 15 ms median 10,000 ms p95", "Lost pings 6", "Last event 1 min 35 s ago", "Health 50 %"]) {
      expect(text).toContain(figure);
    }
  });

  it("does not claim that a path works that is not known or not available", () => {
    const text = words(render(appStatus({ ccus: [UNMEASURED] })));
    expect(text).toContain("Commands not known at present Events not known at present Radio not available here");
  });

  it.each(["hibernating", "toString"])("shows the connection state %s, which it has no words for, as it is", (state) => {
    expect(words(render(appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ state })] })] })))).toContain(`${state} · for`);
  });
});

describe("around it", () => {
  it("says that a CCU is simulated and what to do next, only then", () => {
    const demo = appStatus({ app: { ...appStatus().app, demo: true } });
    expect(words(render(demo))).toContain("This is a simulated CCU. To watch your own,");
    expect(words(render(demo, "de"))).toContain("Das ist eine simulierte CCU. Um die eigene zu beobachten,");
    expect(render(appStatus())).not.toContain("simulated");
  });

  it.each<[AppStatus["homeAssistant"]["state"], string]>([
    ["off", "Home Assistant is not connected"],
    ["connecting", "Connecting to Home Assistant"],
    ["waiting", "Waiting for Home Assistant"],
    ["publishing", "Home Assistant receives the values"],
  ])("says of Home Assistant when it is %s", (state, sentence) => {
    const status = appStatus({ homeAssistant: { state, since: ago(61), message: { en: "Do this & that.", de: "Tun Sie dies." } } });
    expect(words(render(status))).toContain(`${sentence} for 1 min 1 s Do this &amp; that.`);
    expect(words(render(status, "de"))).toContain("1 min 1 s Tun Sie dies.");
  });

  it("shows no age below zero after the wall clock stepped back", () => {
    const early = renderPage({ status: appStatus(), language: "en", nowMs: NOW_MS - 86_400_000 });
    expect(early).not.toContain('data-age="-');
    expect(words(early)).toContain("connected · for 0 s");
  });

  it("is complete without scripts and executes nothing inline", () => {
    const page = render(appStatus({ ccus: [EVENTS_LOST] }));
    expect(page).toMatch(/<noscript><meta http-equiv="refresh"/);
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });

  it("names every address relative to itself, so that it works under any path", () => {
    for (const [, url] of render(appStatus()).matchAll(/(?:src|href|action)="([^"]*)"/g)) expect(url).not.toMatch(/^\/|^\w+:/);
  });

  it("is the same in both languages but for the words", () => {
    const shape = (language: Language): string =>
      render(appStatus({ ccus: [EVENTS_LOST, UNMEASURED] }), language)
        .replace(/>[^<]*</g, "><")
        .replace(/aria-label="[^"]*"/g, "");
    expect(shape("de").replace('lang="de"', 'lang="en"')).toBe(shape("en"));
  });
});

describe("hostile texts", () => {
  /** The status with one text everywhere where a peer or the user may put one. */
  function withText(text: string): AppStatus {
    const failing = path({ state: "failing", reason: text, since: text, lastOk: text });
    const traffic = {
      ...interfaceStatus().traffic,
      silentDevices: [{ device: text, lastHeard: text, usualSeconds: 9 }],
      unheardDevices: { value: 1, list: [text] },
    };
    const one = interfaceStatus({
      name: text,
      state: text,
      since: text,
      reason: text,
      traffic,
      paths: { command: failing, event: failing, radio: failing },
    });
    return appStatus({
      app: { ...appStatus().app, version: text, startedAt: text, demo: true, callback: { host: text, port: 1 } },
      homeAssistant: { state: "waiting", since: text, message: { en: text, de: text } },
      ccus: [ccuStatus({ id: text, name: text, host: text, model: text, firmware: text, deductions: [text], interfaces: [one] })],
    });
  }

  /** The page as tags and attribute names, with every text and attribute value taken out. */
  function skeleton(html: string): string {
    return html.replace(/"[^"]*"/g, '""').replace(/>[^<]*</g, "><");
  }

  it("cannot change the markup, whatever they are", () => {
    const harmless = skeleton(render(withText("x")));
    const nasty = fc.constantFrom("<", ">", '"', "'", "&", "`", "</script>", "<!--", "-->", "]]>", "<b onclick=x>", " x=", "\u202e", "\n");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: nasty, minLength: 1 }), fc.string({ unit: "binary", minLength: 1 })), (text) => {
        expect(skeleton(render(withText(text)))).toBe(harmless);
      }),
    );
  });

  it("are shown as they were written", () => {
    expect(render(appStatus({ ccus: [ccuStatus({ name: `<img src=x onerror='alert("1")'> & Co` })] }))).toContain(
      "<h2><bdi>&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt; &amp; Co</bdi></h2>",
    );
  });

  it("cannot turn the writing direction of what follows", () => {
    const page = render(withText("\u202eabc"));
    expect(page.replace(/<bdi>[^<]*<\/bdi>/g, "").replace(/datetime="[^"]*"/g, "")).not.toContain("\u202e");
  });

  it("are cut when they are endless", () => {
    const page = render({ ...withText("x".repeat(10_000)), homeAssistant: REFUSING });
    expect(page.replace(/datetime="[^"]*"/g, "")).not.toContain("x".repeat(201));
    expect(page).toContain(`<bdi>${"x".repeat(200)}…</bdi>`);
  });

  it("are cut with the sentence that holds them", () => {
    const homeAssistant = { ...REFUSING, message: { en: "x".repeat(10_000), de: "" } };
    const page = render(appStatus({ homeAssistant }));
    expect(page).toContain(`<bdi>${"x".repeat(600)}…</bdi>`);
    expect(page).not.toContain("x".repeat(601));
  });
});

describe("languages", () => {
  function keys(value: unknown, at = ""): readonly string[] {
    if (typeof value !== "object" || value === null) return [at];
    return Object.entries(value).flatMap(([key, inner]) => keys(inner, `${at}.${key}`));
  }

  it("have the same keys", () => {
    expect(keys(TEXTS.de)).toEqual(keys(TEXTS.en));
  });

  it("are found by their own names only", () => {
    expect(["en", "de", "EN", "fr", "constructor", ""].map(isLanguage)).toEqual([true, true, false, false, false, false]);
  });
});
