/** Answers for each plugin's page: a rich one for the first plugin, plain ones for the others. */
import type { FakeAnswers } from "../src/api/answers";
import type { PluginView } from "../src/api/generated/center";
import { licenseOf } from "./licenses";
import { richWorld } from "./rich";

export function pluginAnswers(zh: boolean, all: PluginView[]): FakeAnswers {
  const [first] = all;
  if (!first) return {};
  const rich = richWorld(zh, first);
  const { answers, plugin } = rich;
  Object.assign(window, { saveAs: rich.saveAs });
  return {
    ...answers,
    plugin_show: (args) => {
      const own = all.find(({ id }) => id === args.plugin);
      if (!own) throw { code: "not_found", message: "gone", hint: "", details: null };
      if (own === first) return plugin;
      const running = own.observed.state === "running";
      return {
        ...plugin,
        ...own,
        license: licenseOf(zh, own.id) ?? plugin.license,
        blockers:
          own.observed.state === "license_needed" ? [{ reason: "license_needed", verdict: null }] : [],
        sandbox: ["files", "network", "signals", "system_calls", "memory"].map((name) => ({
          name,
          enforced: name !== "signals",
          note: null,
        })),
        process: running ? { pid: 4711, since: Date.UTC(2026, 10, 20, 6, 0) } : null,
      };
    },
    config_get: (args) => {
      if (args.plugin !== first.id)
        return {
          plugin: args.plugin,
          revision: 0,
          schema: { type: "object" },
          sections: [],
          values: {},
          changed: null,
          fields: [],
          unused: {},
          missing: [],
          turned_off: false,
          restarts: false,
        };
      return answers.config_get?.(args) as never;
    },
    version_list: () =>
      [
        ["1.4.0", 7],
        ["1.3.2", 6],
        ["1.3.0", 5],
        ["1.2.1", 4],
      ].map(([version, release], place) => ({
        digest: String(place).repeat(64),
        version: String(version),
        release: Number(release),
        accepted_at: Date.UTC(2026, 9 - place, 2, 8),
        installed: place === 0,
      })),
    kept_list: () => [
      {
        plugin: "com.acme.voice",
        name: zh ? "语音播报" : "Voice",
        version: "2.1.0",
        since: Date.UTC(2026, 9, 2, 8),
        data: 48_300_000,
        settings: true,
        grants: 3,
      },
      {
        plugin: "com.acme.old",
        name: "com.acme.old",
        version: null,
        since: Date.UTC(2026, 8, 2, 8),
        data: 0,
        settings: true,
        grants: 0,
      },
    ],
  };
}
