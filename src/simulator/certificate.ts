import { generateKeyPairSync, sign } from "node:crypto";

/** Key and certificate in PEM, as Node's TLS server takes them. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  explicit: 0xa0,
} as const;
/** In the words of ASN.1: 1.2.840.10045.4.3.2, 2.5.4.3, 2.5.29.17. */
const OID = { ecdsaWithSha256: "2a8648ce3d040302", commonName: "550403", subjectAltName: "551d11" } as const;
const VALID = ["200101000000Z", "491231235959Z"] as const;

/** What a CCU shows to its callers: the certificate that it has had from the beginning, and the one that it gets when it makes a new one. */
export interface ServerCertificates {
  readonly own: ServerCertificate;
  readonly renewed: ServerCertificate;
}

export function serverCertificates(commonName: string): ServerCertificates {
  return { own: selfSignedCertificate(commonName), renewed: selfSignedCertificate(commonName) };
}

/** A certificate that nobody has vouched for, as every CCU has one. */
export function selfSignedCertificate(commonName: string): ServerCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(TAG.sequence, der(TAG.oid, OID.ecdsaWithSha256));
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, der(TAG.oid, OID.commonName), der(TAG.utf8, Buffer.from(commonName)))));
  const body = der(
    TAG.sequence,
    der(TAG.explicit, der(TAG.integer, "02")),
    der(TAG.integer, "01"),
    algorithm,
    name,
    der(TAG.sequence, ...VALID.map((time) => der(TAG.time, Buffer.from(time)))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(TAG.explicit + 3, der(TAG.sequence, localNames())),
  );
  const signature = der(TAG.bits, "00", sign("sha256", body, privateKey));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: pem(der(TAG.sequence, body, algorithm, signature)),
  };
}

/** The extension that says for which names it stands: localhost and 127.0.0.1. */
function localNames(): Buffer {
  const names = der(TAG.sequence, der(0x82, Buffer.from("localhost")), der(0x87, "7f000001"));
  return der(TAG.sequence, der(TAG.oid, OID.subjectAltName), der(TAG.octets, names));
}

/** One value of ASN.1 in its distinguished encoding; texts are hexadecimal. */
function der(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part)));
  const { length } = content;
  const long = Buffer.from([length >> 8, length & 0xff]);
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, ...long];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
