/** The remote control with virtual keys that each CCU has: of BidCos-RF, BidCos-Wired and HmIP. Its keys are pressed by programs and need no radio. */
const VIRTUAL_REMOTE = /^(BidCoS-RF|BidCoS-Wir|HmIP-RCV-\d+)$/;

/** Takes the address of a channel or of a device. */
export function deviceOf(address: string): string {
  const end = address.indexOf(":");
  return end === -1 ? address : address.slice(0, end);
}

/** Takes the address of a channel or of a device. */
export function isVirtualRemote(address: string): boolean {
  return VIRTUAL_REMOTE.test(deviceOf(address));
}
