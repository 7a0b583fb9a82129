import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorMessage } from "../../../src/base/errors.ts";
import {
  DOCTOR_OPTIONS,
  type DoctorEnvironment,
  type DoctorRequest,
  inOptionsOfDoctor,
  parseRequest,
} from "../../../src/doctor/request.ts";
import { USAGE } from "../../../src/doctor/texts.ts";
import { VERSION } from "../../../src/version.ts";

const HOST = ["--host", "ccu"];

function requested(args: readonly string[], env: DoctorEnvironment): DoctorRequest {
  const request = parseRequest(args, env);
  if ("print" in request) throw new Error("asked for something to print");
  return request;
}

describe("the command line", () => {
  test("needs the CCU only", () => {
    expect(parseRequest(HOST, {})).toMatchObject({
      ccu: { host: "ccu", username: "", password: "", tls: false, verify_tls: true, interfaces: [] },
      callback: { host: "", port: null },
      seconds: 60,
      language: "en",
      json: false,
    });
  });

  test("takes everything else", () => {
    const args = ["--tls", "--no-verify-tls", "--username", "vitals", "--interface", "HmIP-RF:2010", "--interface", "BidCos-RF", "--json"];
    const more = ["--callback-host", "192.168.1.5", "--port-callback", "9000", "--seconds", "90", "--language", "de"];
    expect(parseRequest([...HOST, ...args, ...more], { HOMEMATIC_VITALS_PASSWORD: "pw" })).toMatchObject({
      ccu: {
        username: "vitals",
        password: "pw",
        tls: true,
        verify_tls: false,
        interfaces: [{ name: "HmIP-RF", port: 2010 }, { name: "BidCos-RF" }],
      },
      callback: { host: "192.168.1.5", port: 9000 },
      seconds: 90,
      language: "de",
      json: true,
    });
  });

  test("reads the password from a file, without the line break at its end", () => {
    const folder = mkdtempSync(join(tmpdir(), "homematic-vitals-"));
    const file = join(folder, "password");
    writeFileSync(file, "geheim \n");
    expect(requested([...HOST, "--password-file", file], { HOMEMATIC_VITALS_PASSWORD: "other" }).ccu.password).toBe("geheim ");
    rmSync(folder, { recursive: true });
  });

  test.each([
    [{ LANG: "de_DE.UTF-8" }, "de"],
    [{ LANG: "de" }, "de"],
    [{ LANG: "den" }, "en"],
    [{ LANG: "en_US.UTF-8" }, "en"],
    [{ LANG: "de_AT", LC_ALL: "C" }, "en"],
    [{ LC_MESSAGES: "de_CH.UTF-8", LANG: "fr_CH" }, "de"],
    [{}, "en"],
  ])("speaks the language of the terminal: %j", (env, language) => {
    expect(requested(HOST, env).language).toBe(language);
  });

  test.each<[args: readonly string[], complaint: string]>([
    [[], "--host: given nothing, expected the name or the IP address of the CCU"],
    [["--host", "http://ccu"], '--host: given "http://ccu", expected a host name'],
    [[...HOST, "--interface", "CUxD"], '--interface: given "CUxD", expected one of BidCos-RF'],
    [["--host", "192.168.1.5:2001"], '--host: given "192.168.1.5:2001", expected a host name'],
    [["--host", "[fd00::5]"], '--host: given "[fd00::5]", expected a host name'],
    [["ccu"], "Unexpected argument 'ccu'"],
    [[...HOST, "--interface", "HmIP-RF", "--interface", "HmIP-RF:2010"], "--interface: expected each interface name once"],
    [[...HOST, "--interface", "HmIP-RF", "--interface", "HmIP-RF"], "- ccu (HmIP-RF) is listed twice, expected each interface"],
    [[...HOST, "--interface", "HmIP-RF:x"], "--interface: given"],
    [[...HOST, "--port-callback", "http"], "--port-callback: given NaN (number), expected a port number"],
    [[...HOST, "--callback-host", "a b"], '--callback-host: given "a b", expected a host name'],
    [[...HOST, "--seconds", "5"], '--seconds: given "5", expected a number from 15 to 3600'],
    [[...HOST, "--seconds", ""], '--seconds: given "", expected a number from 15 to 3600'],
    [[...HOST, "--language", "fr"], '--language: given "fr", expected en or de'],
    [[...HOST, "--password-file", "/nowhere/at-all"], "--password-file: /nowhere/at-all cannot be read"],
    [[...HOST, "--password", "geheim"], "Unknown option '--password'"],
  ])("that is wrong is told by its option: %j", (args, complaint) => {
    let message = "";
    try {
      parseRequest(args, {});
    } catch (error) {
      message = inOptionsOfDoctor(errorMessage(error));
    }
    expect(message).toContain(complaint);
    expect(message).not.toMatch(/ccus|callback\.|options are/);
    expect(message).not.toContain("geheim");
  });

  test("may ask for the version, or for the usage in a language", () => {
    expect(parseRequest(["--version"], {})).toEqual({ print: `${VERSION}\n` });
    expect(parseRequest(["--help", "--language", "de"], {})).toEqual({ print: USAGE.de });
    expect(parseRequest(["--help"], { LANG: "de_DE" })).toEqual({ print: USAGE.de });
  });

  test("is described in both languages, each option of it", () => {
    expect(parseRequest(["--help"], {})).toEqual({ print: USAGE.en });
    for (const usage of Object.values(USAGE)) {
      const described = [...usage.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
      expect(described.sort()).toEqual(Object.keys(DOCTOR_OPTIONS).sort());
    }
  });
});
