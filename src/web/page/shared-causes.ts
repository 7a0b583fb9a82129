import type { CauseStatus, CcuStatus, InterfaceStatus } from "../status.ts";

/** What is wrong with several interfaces of a CCU alike. */
export interface SharedCause {
  readonly cause: CauseStatus;
  readonly names: readonly string[];
}

/** Each cause that several interfaces have in common, since the first of them has it. */
export function sharedCauses({ interfaces }: CcuStatus): readonly SharedCause[] {
  const alike = Map.groupBy(
    interfaces.filter(({ cause }) => cause !== null),
    ({ cause }) => identity(cause),
  );
  return [...alike.values()].flatMap((group) => {
    const causes = group.flatMap(({ cause }) => cause ?? []);
    const [first] = causes.sort((a, b) => a.since.localeCompare(b.since));
    return first === undefined || group.length === 1 ? [] : [{ cause: first, names: group.map(({ name }) => name) }];
  });
}

export function isShared({ cause }: InterfaceStatus, shared: readonly SharedCause[]): boolean {
  return cause !== null && shared.some((one) => identity(one.cause) === identity(cause));
}

/** One code may tell of different gateways. */
function identity(cause: CauseStatus | null): string {
  return JSON.stringify([cause?.message.en, cause?.remedy.en]);
}
