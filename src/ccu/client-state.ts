import type { TransitionTable } from "../base/state-machine.ts";

export type ClientState = "idle" | "connecting" | "registering" | "connected" | "waiting" | "stopping" | "stopped";
export type ClientInput = "START" | "ANSWERED" | "REGISTERED" | "LOST" | "RETRY" | "RENEW" | "STOP" | "STOPPED";

/**
 * Life of the connection to one interface process: it answers, we are registered for its events, we watch it.
 * Every loss leads to `waiting` and from there back to `connecting`, without end. A registration may also be renewed although nothing is lost.
 */
export const CLIENT_STATES: TransitionTable<ClientState, ClientInput> = {
  idle: { START: "connecting", STOP: "stopping" },
  connecting: { ANSWERED: "registering", LOST: "waiting", STOP: "stopping" },
  registering: { REGISTERED: "connected", LOST: "waiting", STOP: "stopping" },
  connected: { RENEW: "connecting", LOST: "waiting", STOP: "stopping" },
  waiting: { RETRY: "connecting", STOP: "stopping" },
  stopping: { STOPPED: "stopped" },
  stopped: {},
};
