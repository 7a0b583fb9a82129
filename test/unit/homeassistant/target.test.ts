import { describe, expect, it } from "vitest";
import { homeAssistantTarget, webSocketAddress } from "../../../src/homeassistant/target.ts";

const NOTHING = { url: "", token: "", env: {} };

function failure(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe("homeAssistantTarget", () => {
  it("is nothing when nobody says where Home Assistant is", () => {
    expect(homeAssistantTarget(NOTHING)).toBeNull();
    expect(
      homeAssistantTarget({ ...NOTHING, env: { SUPERVISOR_TOKEN: "", HOME_ASSISTANT_URL: " ", HOME_ASSISTANT_TOKEN: "" } }),
    ).toBeNull();
  });

  it("takes the options before the Supervisor and the Supervisor before the environment", () => {
    const environment = { HOME_ASSISTANT_URL: "http://env:8123", HOME_ASSISTANT_TOKEN: "env-token" };
    const everywhere = { SUPERVISOR_TOKEN: "supervisor-token", ...environment };
    expect(homeAssistantTarget({ url: " http://option:8123\n", token: " option-token\n", env: everywhere })).toEqual({
      url: "http://option:8123",
      token: "option-token",
    });
    expect(homeAssistantTarget({ ...NOTHING, env: everywhere })).toEqual({
      url: "ws://supervisor/core/websocket",
      token: "supervisor-token",
    });
    expect(homeAssistantTarget({ ...NOTHING, env: environment })).toEqual({ url: "http://env:8123", token: "env-token" });
  });

  it.each([
    [{ url: "http://ha:8123", token: "", env: {} }, "home_assistant.token"],
    [{ url: "", token: "secret", env: {} }, "home_assistant.url"],
    [{ url: "", token: "secret", env: { SUPERVISOR_TOKEN: "other" } }, "home_assistant.url"],
    [{ url: "ftp://ha", token: "secret", env: {} }, "home_assistant.url"],
    [{ url: "homeassistant.local:8123", token: "secret", env: {} }, "home_assistant.url"],
    [{ ...NOTHING, env: { HOME_ASSISTANT_URL: "http://ha" } }, "HOME_ASSISTANT_TOKEN"],
    [{ ...NOTHING, env: { HOME_ASSISTANT_TOKEN: "secret" } }, "HOME_ASSISTANT_URL"],
    [{ ...NOTHING, env: { HOME_ASSISTANT_URL: "nonsense", HOME_ASSISTANT_TOKEN: "secret" } }, "HOME_ASSISTANT_URL"],
  ])("names the field of %j that is wrong", (given, field) => {
    expect(failure(() => homeAssistantTarget(given))).toMatchObject({
      code: "CONFIG_INVALID",
      context: { field },
      message: expect.stringMatching(new RegExp(`^${field} `)),
    });
  });

  it("does not repeat a token that was pasted into the field of the address", () => {
    const error = failure(() => homeAssistantTarget({ url: "eyJhbGciOi.secret", token: "secret", env: {} }));
    expect(String(error)).toContain("home_assistant.url");
    expect(String(error)).not.toContain("secret");
  });
});

describe("webSocketAddress", () => {
  it.each([
    ["http://ha:8123", "ws://ha:8123/api/websocket"],
    ["http://ha:8123/", "ws://ha:8123/api/websocket"],
    ["https://ha.example", "wss://ha.example/api/websocket"],
    ["https://example/ha/?kiosk#x", "wss://example/ha/api/websocket"],
    ["ws://ha:8123", "ws://ha:8123/api/websocket"],
    ["wss://ha/api/websocket", "wss://ha/api/websocket"],
    ["ws://supervisor/core/websocket", "ws://supervisor/core/websocket"],
    ["http://[fd00::1]:8123", "ws://[fd00::1]:8123/api/websocket"],
  ])("finds the WebSocket API of %s at %s", (given, expected) => {
    expect(webSocketAddress(given).href).toBe(expected);
  });
});
