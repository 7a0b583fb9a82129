import type { ServerResponse } from "node:http";
import type { SimulatedAnswers, SimulatedFaults } from "./faults.ts";

const GARBAGE = Buffer.from('\x00\xff<?xml <<methodResponse &&\x07 }{ "\xe4\xf6\xfc\x80', "latin1");

type Send = (response: ServerResponse, body: Buffer) => void;

const SENDERS: Readonly<Record<SimulatedAnswers, Send>> = {
  whole: (response, body) => complete(response, body),
  cutOff(response, body) {
    writeHead(response, body.length);
    response.write(firstHalf(body), () => response.destroy());
  },
  unfinished: (response, body) => complete(response, firstHalf(body)),
  garbage: (response) => complete(response, GARBAGE),
  notHttp: (response) => response.socket?.end(GARBAGE),
};

/** Sends an answer in XML in the state that the switches want. */
export function sendAnswer({ response, body, faults }: { response: ServerResponse; body: Buffer; faults: SimulatedFaults }): void {
  if (faults.halfOpen) {
    writeHead(response, body.length);
    response.flushHeaders();
  } else {
    SENDERS[faults.answers](response, body);
  }
}

function complete(response: ServerResponse, body: Buffer): void {
  writeHead(response, body.length);
  response.end(body);
}

function writeHead(response: ServerResponse, length: number): void {
  response.writeHead(200, { "Content-Type": "text/xml; charset=iso-8859-1", "Content-Length": length });
}

function firstHalf(body: Buffer): Buffer {
  return body.subarray(0, Math.floor(body.length / 2));
}
