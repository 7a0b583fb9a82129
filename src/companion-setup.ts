import type { Clock } from "./base/clock.ts";
import { errorMessage } from "./base/errors.ts";
import type { Logger } from "./base/logger.ts";
import type { AppIdentity } from "./homeassistant/companion-protocol.ts";
import type { HomeAssistantLink } from "./homeassistant/home-assistant-link.ts";
import { Announcement } from "./homeassistant/installer/announcement.ts";
import { CompanionBundle } from "./homeassistant/installer/companion-bundle.ts";
import { CompanionCopy } from "./homeassistant/installer/companion-copy.ts";
import { CompanionInstaller, type Consent } from "./homeassistant/installer/companion-installer.ts";
import { nodeFileSystem } from "./homeassistant/installer/file-system.ts";
import { Installation } from "./homeassistant/installer/installation.ts";
import type { SupervisorClient } from "./homeassistant/supervisor-client.ts";
import { VERSION } from "./version.ts";

/** The companion integration that came with this program; one that cannot be read is as good as none. */
export function openBundle(folder: string, logger: Logger): CompanionBundle | null {
  try {
    return CompanionBundle.open(folder);
  } catch (error) {
    logger.warn({ code: "COMPANION_COPY_FAILED" }, errorMessage(error));
    return null;
  }
}

/** Where the page of this add-on opens inside Home Assistant; null when the Supervisor does not say. Never rejects. */
export async function panelAddress({
  supervisor,
  signal,
  logger,
}: {
  supervisor: SupervisorClient | null;
  signal: AbortSignal;
  logger: Logger;
}): Promise<string | null> {
  try {
    return supervisor && `homeassistant://hassio/ingress/${await supervisor.ownSlug(signal)}`;
  } catch (error) {
    logger.debug(`devices carry no link to the page: ${errorMessage(error)}`);
    return null;
  }
}

export function createInstaller({
  link,
  app,
  bundle,
  configFolder,
  supervisor,
  consent,
  allowed,
  needed,
  clock,
  logger,
}: {
  link: HomeAssistantLink;
  app: AppIdentity;
  bundle: CompanionBundle | null;
  /** Home Assistant's; null where it is not within reach. */
  configFolder: string | null;
  supervisor: SupervisorClient | null;
  consent: Consent;
  allowed: boolean;
  needed: () => boolean;
  clock: Clock;
  logger: Logger;
}): CompanionInstaller {
  const copy = bundle && configFolder && new CompanionCopy({ configFolder, bundle, fs: nodeFileSystem });
  return new CompanionInstaller({
    link,
    app,
    bundled: bundle?.version ?? null,
    installation: new Installation({ copy: copy || null, version: bundle?.version ?? VERSION, logger }),
    announcement: supervisor && new Announcement({ supervisor, instanceId: app.instanceId }),
    consent,
    allowed,
    needed,
    clock,
    logger,
  });
}
