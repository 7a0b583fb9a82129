import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { describe, expect, it } from "vitest";
import { selfSignedCertificate } from "../../../src/simulator/certificate.ts";
import { SimulatedCcu } from "../../../src/simulator/index.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { call, Listener, until } from "./support.ts";

const CACHE_MS = 600_000;

describe("a password that is changed", () => {
  it("is asked for at once from those who were not let in before, and for 10 min from nobody else", async () => {
    const clock = new ManualClock();
    await using ccu = new SimulatedCcu({ clock, username: "Admin", password: "old" });
    await ccu.start();
    const { port } = ccu.interface("HmIP-RF");
    const version = (pass: string): Promise<unknown> => call(port, "getVersion", [], { basic_auth: { user: "Admin", pass } });
    await expect(version("new")).rejects.toThrow();
    await version("old");
    clock.advance(CACHE_MS / 2);
    ccu.changePassword("new");
    await version("new");
    await version("old");
    clock.advance(CACHE_MS / 2 - 1);
    await version("old");
    clock.advance(1);
    await expect(version("old")).rejects.toThrow();
    expect(await version("new")).toEqual(expect.any(String));
  });

  it("shuts out at once whoever has never called", async () => {
    await using ccu = new SimulatedCcu({ clock: new ManualClock(), username: "Admin", password: "old" });
    await ccu.start();
    ccu.changePassword("new");
    const { port } = ccu.interface("BidCos-RF");
    await expect(call(port, "getVersion", [], { basic_auth: { user: "Admin", pass: "old" } })).rejects.toThrow();
  });
});

describe("TLS", () => {
  it("takes encrypted calls of those who do not verify, and delivers events", async () => {
    await using ccu = new SimulatedCcu({ tls: true });
    await ccu.start();
    const { port } = ccu.interface("HmIP-RF");
    await using listener = await Listener.open();
    using trusting = new XmlRpcClient({ host: "127.0.0.1", port, tls: true, verifyTls: false });
    expect(await trusting.call("init", [listener.url, "me"])).toBe("");
    expect(await trusting.call("ping", ["me#1"])).toBe(true);
    await until(() => listener.pongs.includes("me#1"));
    using strict = new XmlRpcClient({ host: "127.0.0.1", port, tls: true });
    await expect(strict.call("getVersion", [])).rejects.toMatchObject({ code: "TLS_FAILED" });
    using plain = new XmlRpcClient({ host: "127.0.0.1", port });
    await expect(plain.call("getVersion", [])).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_LOST|NOT_XML_RPC/) });
    await ccu.interface("HmIP-RF").set({ mode: "reset" });
    await expect(trusting.call("getVersion", [])).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  it("has a certificate of its own for localhost, which is good for whoever trusts it", async () => {
    await using ccu = new SimulatedCcu({ tls: true, serial: "SIM0004711" });
    await ccu.start();
    const socket = connect({ host: "127.0.0.1", port: ccu.interface("BidCos-RF").port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const certificate = socket.getPeerX509Certificate();
    socket.destroy();
    expect(certificate?.subject).toBe("CN=SIM0004711");
    expect(certificate?.checkHost("localhost")).toBe("localhost");
    expect(certificate?.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate?.verify(certificate.publicKey)).toBe(true);
  });

  it("can renew its certificate, or fall back to a version that nobody accepts, and return to what it was", async () => {
    await using ccu = new SimulatedCcu({ tls: true });
    await ccu.start();
    const simulated = ccu.interface("HmIP-RF");
    const connection = async (): Promise<string> => {
      const socket = connect({ host: "127.0.0.1", port: simulated.port, ca: ccu.certificate ?? [] });
      try {
        await once(socket, "secureConnect");
        return "trusted";
      } catch (error) {
        return error instanceof Error && "code" in error ? String(error.code) : String(error);
      } finally {
        socket.destroy();
      }
    };
    expect(await connection()).toBe("trusted");
    await simulated.set({ encryption: "newCertificate" });
    expect(await connection()).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    await simulated.restart();
    expect(await connection()).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    await simulated.set({ encryption: "outdated" });
    expect(await connection()).toMatch(/EPROTO|PROTOCOL_VERSION/);
    await simulated.set({ encryption: "usual" });
    expect(await connection()).toBe("trusted");
  });

  it("signs a new one each time, also under a long name", () => {
    const certificates = ["a", "a", "x".repeat(300)].map((name) => new X509Certificate(selfSignedCertificate(name).cert));
    expect(new Set(certificates.map(({ raw }) => createHash("sha256").update(raw).digest("hex"))).size).toBe(3);
    for (const certificate of certificates) expect(certificate.verify(certificate.publicKey)).toBe(true);
  });
});
