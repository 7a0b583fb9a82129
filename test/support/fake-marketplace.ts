import { z } from "zod";
import { type FakeCommand, type FakeHomeAssistant, type FakePeer, Refusal, SILENCE } from "./fake-home-assistant.ts";

interface FakeRepository {
  readonly id: string;
  readonly full_name: string;
  readonly category: string;
  installed: boolean;
  can_install: boolean;
  available_version: string;
}

const add = z.object({ repository: z.string(), category: z.string() });
const install = z.object({ repository: z.string(), version: z.string().optional() });

/** As Core 2026.11 words them (components/marketplace/strings.json). */
const MESSAGES: Readonly<Record<string, string>> = {
  not_loaded: "The Marketplace is not loaded.",
  warning_not_accepted: "Open the Marketplace and read the warning first, installing and updating work once it is accepted.",
  github_not_connected: "Connect a GitHub account to the Marketplace first.",
  github_rate_limited: "GitHub limits how often the Marketplace can reach it. Try again later.",
  repository_not_found: "The Marketplace does not know the repository with ID 1.",
  repository_busy: "homematic-vitals/homematic-vitals is being installed, try again once that is done.",
  repository_exists: "homematic-vitals/homematic-vitals is already in the Marketplace.",
};

/** Home Assistant's Marketplace inside a fake Home Assistant: its checks, in its order, and its words (components/marketplace/websocket). */
export class FakeMarketplace {
  loaded = true;
  stage: "setup" | "startup" | "waiting" | "running" = "running";
  disabledReason: "rate_limit" | "removed" | "invalid_token" | null = null;
  warningAccepted = true;
  githubConnected = false;
  readonly repositories: FakeRepository[] = [
    { id: "1", full_name: "someone/else", category: "integration", installed: true, can_install: true, available_version: "1a2b3c4" },
  ];
  /** What GitHub has, to be added. */
  available_version = "1.0.0";
  /** The next command of this name (`add`, `install`, ...) fails with a code and a message. */
  readonly failNext: Map<string, readonly [code: string, message: string]> = new Map();
  /** An installation does not end before `finish`. */
  hold = false;
  onInstalled: () => void = () => {};
  #installing: { readonly peer: FakePeer; readonly id: number; readonly repository: FakeRepository } | null = null;

  static open(home: FakeHomeAssistant): FakeMarketplace {
    const marketplace = new FakeMarketplace();
    const commands = {
      "marketplace/info": marketplace.#checked({}, () => marketplace.#info()),
      "marketplace/repositories/list": marketplace.#checked({}, () => marketplace.repositories),
      "marketplace/repositories/add": marketplace.#checked({ warning: true, github: true }, (command) => marketplace.#add(command)),
      "marketplace/repository/install": marketplace.#checked({ warning: true }, (command, peer) => marketplace.#install(command, peer)),
    };
    for (const [type, handler] of Object.entries(commands)) home.commands.set(type, handler);
    return marketplace;
  }

  /** The catalog knows the repository. */
  list(changes: Partial<FakeRepository> = {}): FakeRepository {
    const repository = {
      id: "4711",
      full_name: "homematic-vitals/homematic-vitals",
      category: "integration",
      installed: false,
      can_install: true,
      available_version: this.available_version,
      ...changes,
    };
    this.repositories.push(repository);
    return repository;
  }

  finish(): void {
    const installing = this.#installing;
    if (installing === null) throw new Error("nothing is being installed");
    this.#installing = null;
    installing.repository.installed = true;
    this.onInstalled();
    installing.peer.send({ id: installing.id, type: "result", success: true, result: null });
  }

  #checked(
    needs: { warning?: boolean; github?: boolean },
    handler: (command: FakeCommand, peer: FakePeer) => unknown,
  ): (command: FakeCommand, peer: FakePeer) => unknown {
    return (command, peer) => {
      if (!this.loaded) throw refusal("not_loaded");
      if (needs.warning && !this.warningAccepted) throw refusal("warning_not_accepted");
      if (needs.github && !this.githubConnected) throw refusal("github_not_connected");
      const name = command.type.split("/").at(-1) ?? "";
      const failure = this.failNext.get(name);
      this.failNext.delete(name);
      if (failure !== undefined) throw new Refusal(...failure);
      return handler(command, peer);
    };
  }

  #info(): object {
    return {
      categories: ["integration", "plugin", "template", "theme"],
      disabled_reason: this.disabledReason,
      github_connected: this.githubConnected,
      has_pending_tasks: false,
      lovelace_mode: "storage",
      stage: this.stage,
      startup: this.stage !== "running",
      version: "2026.11.0",
      warning_accepted: this.warningAccepted,
    };
  }

  #add(command: FakeCommand): void {
    const { repository, category } = add.parse(command);
    if (category !== "integration") throw new Refusal("invalid_format", `Repositories cannot be added to the ${category} category.`);
    if (this.repositories.some(({ full_name: name }) => name === repository)) throw refusal("repository_exists");
    this.list({ full_name: repository });
  }

  #install(command: FakeCommand, peer: FakePeer): unknown {
    const { repository: id } = install.parse(command);
    const repository = this.repositories.find((one) => one.id === id);
    if (repository === undefined) throw refusal("repository_not_found");
    if (this.#installing !== null) throw refusal("repository_busy");
    this.#installing = { peer, id: command.id, repository };
    if (!this.hold) this.finish();
    return SILENCE;
  }
}

function refusal(code: string): Refusal {
  return new Refusal(code, MESSAGES[code]);
}
