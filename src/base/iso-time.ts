/** ISO 8601 in UTC without milliseconds. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/\.\d+Z$/, "Z");
}
